import { type Token, tokenize } from '@pgark/pg-sql'

/** The text of a token, or tokens in brackets. */
type Node = string | Group
interface Group {
  readonly open: '(' | '['
  readonly nodes: readonly Node[]
}

const closing = { '(': ')', '[': ']' } as const
const connectives: readonly Node[] = ['AND', 'OR', 'BETWEEN']

/**
 * A definition in a form in which two are equal that a server takes for the same. When a definition that a server has printed is run
 * again, what the server prints next may differ from it:
 * - `(ARRAY[a, b])::text[]`, which IN over a varchar column becomes, is parsed into `ARRAY[(a)::text, (b)::text]`;
 * - `((a AND b) AND c)`, which BETWEEN becomes, is parsed into `(a AND b AND c)`, and OR likewise.
 *
 * `AS` before another name means nothing, and a server leaves it out before those of tables. Spaces, line ends and comments mean nothing, except in function bodies, which are literals.
 */
export const canonicalSql = (sql: string) => written(canonical(parse(tokenize(sql))))

function parse(tokens: Iterator<Token, void>, open?: Group['open']): Node[] {
  const nodes: Node[] = []
  for (;;) {
    const next = tokens.next()
    if (next.done) return nodes
    const { type, text } = next.value
    if (type === 'comment' || (type === 'word' && text === 'AS')) continue
    if (type === 'punctuation' && open && text === closing[open]) return nodes
    if (type === 'punctuation' && (text === '(' || text === '[')) {
      nodes.push({ open: text, nodes: parse(tokens, text) })
    } else nodes.push(text)
  }
}

const canonical = (nodes: readonly Node[]): Node[] =>
  castElements(
    nodes.map((node) => (typeof node === 'string' ? node : { ...node, nodes: flattened(canonical(node.nodes)) })),
  )

/** What is in brackets, without those around its first operand where they make no difference. */
function flattened(nodes: Node[]): Node[] {
  const [first, connective, ...others] = nodes
  const joins = (joined: readonly Node[]) => {
    const found = joined.filter((node) => connectives.includes(node))
    return found.length > 0 && found.every((node) => node === connective)
  }
  if ((connective !== 'AND' && connective !== 'OR') || !isGroup(first, '(') || !joins(nodes) || !joins(first.nodes))
    return nodes
  return [...first.nodes, connective, ...others]
}

/** An array that is cast as a whole, with its elements cast one by one. */
function castElements(nodes: readonly Node[]): Node[] {
  const result: Node[] = []
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at] as Node
    const elements = isGroup(node, '(') && nodes[at + 1] === '::' ? elementsOf(node) : []
    const end = elements.length > 0 ? typeEnd(nodes, at + 2) : undefined
    if (end === undefined) {
      result.push(node)
      continue
    }
    const type = nodes.slice(at + 2, end)
    const cast = elements.flatMap((element, index): Node[] => [
      ...(index > 0 ? [','] : []),
      ...[{ open: '(', nodes: element } as const, '::', ...type],
    ])
    result.push('ARRAY', { open: '[', nodes: cast })
    at = end
  }
  return result
}

/** The elements of `ARRAY[…]`; none where it is none. */
function elementsOf({ nodes: [word, array, ...others] }: Group): Node[][] {
  if (word !== 'ARRAY' || !isGroup(array, '[') || others.length > 0 || array.nodes.length === 0) return []
  const elements: Node[][] = [[]]
  for (const node of array.nodes) {
    if (node === ',') elements.push([])
    else elements.at(-1)?.push(node)
  }
  return elements
}

/** Where the `[]` of the array type stands whose name begins there: words, a schema, the precision of its elements. */
function typeEnd(nodes: readonly Node[], start: number): number | undefined {
  let at = start
  for (
    let node = nodes[at];
    isGroup(node, '(') || (typeof node === 'string' && /^[\p{L}\d_".\x80-\xff]/u.test(node));
  ) {
    at += 1
    node = nodes[at]
  }
  const node = nodes[at]
  return at > start && isGroup(node, '[') && node.nodes.length === 0 ? at : undefined
}

const isGroup = (node: Node | undefined, open: Group['open']): node is Group =>
  typeof node === 'object' && node.open === open

const written = (nodes: readonly Node[]): string =>
  nodes
    .map((node) => (typeof node === 'string' ? node : `${node.open}${written(node.nodes)}${closing[node.open]}`))
    .join(' ')
