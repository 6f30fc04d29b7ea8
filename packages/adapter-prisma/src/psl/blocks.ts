import { wrongOrm } from '../wrong-orm.ts'
import { type Token, tokensOf } from './tokens.ts'

/** `model Order { … }`, a declaration at the top of a schema. */
export interface Block {
  /** `model`, `view`, `enum`, `datasource`, `generator`, `type`. */
  readonly keyword: string
  readonly name: string
  /** What stands between the braces, without comments. Brackets may go over several lines. */
  readonly lines: readonly (readonly Token[])[]
  readonly file: string
}

const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** The declarations of a file, in their order. Throws `USAGE.ORM` where brackets do not match. */
export function blocksOf(text: string, file: string): Block[] {
  const tokens = tokensOf(text, file)
  const blocks: Block[] = []
  let at = 0
  while (at < tokens.length) {
    const [keyword, name, brace] = tokens.slice(at, at + 3)
    if (keyword?.kind === 'newline') {
      at += 1
      continue
    }
    if (keyword?.kind !== 'word' || name?.kind !== 'word' || brace?.text !== '{') throw unreadable(file, keyword)
    const end = endOf(tokens, at + 2, file)
    blocks.push({ keyword: keyword.text, name: name.text, lines: linesOf(tokens.slice(at + 3, end)), file })
    at = end + 1
  }
  return blocks
}

/** Where what opens there is closed. */
function endOf(tokens: readonly Token[], start: number, file: string): number {
  const open: (string | undefined)[] = []
  for (const [index, { kind, text }] of tokens.entries()) {
    if (index < start || kind !== 'punctuation') continue
    if (pairs[text]) open.push(pairs[text])
    else if (Object.values(pairs).includes(text) && open.pop() !== text) throw unreadable(file, tokens[index])
    if (open.length === 0) return index
  }
  throw unreadable(file, tokens[start])
}

function linesOf(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = []
  let line: Token[] = []
  let depth = 0
  for (const token of tokens) {
    if (token.kind === 'punctuation' && pairs[token.text]) depth += 1
    else if (token.kind === 'punctuation' && Object.values(pairs).includes(token.text)) depth -= 1
    if (token.kind !== 'newline') line.push(token)
    else if (depth === 0) {
      lines.push(line)
      line = []
    }
  }
  return [...lines, line].filter(({ length }) => length > 0)
}

const unreadable = (file: string, token: Token | undefined) =>
  wrongOrm(`${file} cannot be read at line ${token?.line ?? 1}.`, 'run npx prisma validate')
