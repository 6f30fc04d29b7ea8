import type { CompiledQuery, Sql } from '@pgark/core'
import { quoteIdentifier, type Token, tokenize } from '@pgark/pg-sql'
import { wrongFilter } from './wrong-filter.ts'

/** SQL with `$1` for the first of its values. Every value is used. */
export interface Template {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Puts sql`…` together. Throws `USAGE.FILTER` where a value would not stand as a value, or where the text itself has a `$1`. */
export function templateOfSql(sql: Sql): Template {
  const values: unknown[] = []
  /** Where our own `$n` and names stand. */
  const places = { parameter: new Set<number>(), 'quoted-identifier': new Set<number>() }
  let text = ''
  const add = ({ text: pieces, parts }: Sql) => {
    if (pieces.length !== parts.length + 1)
      throw wrongFilter('Its SQL is malformed: text and parts do not fit together.')
    for (const [index, piece] of pieces.entries()) {
      text += piece
      const part = parts[index]
      if (!part) continue
      if (part.kind === 'sql') add(part.sql)
      else if (part.kind === 'identifier') {
        places['quoted-identifier'].add(text.length)
        text += part.names.map(quoteIdentifier).join('.')
      } else {
        places.parameter.add(text.length)
        text += `$${values.push(part.value)}`
      }
    }
  }
  add(sql)
  checkPlaces([...tokenize(text)], places)
  return { text, values }
}

/** A value or name within a literal would be read as part of it, and could end it. */
function checkPlaces(tokens: readonly Token[], places: Record<'parameter' | 'quoted-identifier', Set<number>>): void {
  const away = 'take away the quotes around it: they are added where they are needed'
  for (const { type, text, start } of tokens) {
    if (type === 'quoted-identifier') places[type].delete(start)
    if (type !== 'parameter') continue
    const isOurs = places.parameter.delete(start)
    if (!isOurs)
      throw wrongFilter(
        `${text} stands in its text, and is no value.`,
        'insert the value itself where it stands, as in the documentation of sql',
      )
    if (!/^\$\d+$/.test(text)) throw wrongFilter('One of its values touches a word.', 'put a space between them')
  }
  if (places.parameter.size > 0)
    throw wrongFilter('One of its values stands within a literal, a name or a comment.', away)
  if (places['quoted-identifier'].size > 0)
    throw wrongFilter('One of its names stands within a literal, another name or a comment.', away)
}

/** Throws `USAGE.FILTER` where a `$n` has no value, or a value no `$n`. */
export function templateOfQuery({ text, values }: CompiledQuery): Template {
  const numbers = new Set(parametersIn(text).map(({ text: name }) => Number(name.slice(1))))
  const missing = [...numbers].find((number) => !(number >= 1 && number <= values.length))
  if (missing !== undefined)
    throw wrongFilter(`It has no value for ${Number.isNaN(missing) ? 'a parameter' : `$${missing}`}.`)
  const unused = values.findIndex((_, index) => !numbers.has(index + 1))
  if (unused !== -1) throw wrongFilter(`Its value ${unused + 1} is not used: there is no $${unused + 1} in its text.`)
  return { text, values }
}

const parametersIn = (text: string): Token[] => [...tokenize(text)].filter(({ type }) => type === 'parameter')
