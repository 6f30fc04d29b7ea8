import { refused, restoreElsewhere, rewritten } from '../rule.ts'
import { closing, partsIn, placeOf, replaced, says, textOf, withParts } from '../statement.ts'

export const columnCompression = rewritten({
  feature: 'The compression method of a column',
  since: 14,
  mark: /SET COMPRESSION/,
  lost: 'its values are compressed by pglz, the only method there',
  rewrite: (statement) => {
    const at = placeOf(statement, 'SET', 'COMPRESSION')
    return at !== -1 && says(statement.tokens, 0, 'ALTER') ? [] : undefined
  },
})

const decimals = /^numeric$/
/** A scale below zero or above the precision. */
export const numericScale = refused({
  feature: 'numeric with a negative scale, or one above its precision',
  since: 15,
  mark: /\bnumeric\(/,
  remedy: restoreElsewhere(15),
  isIn: ({ tokens }) =>
    tokens.some(({ text, type }, at) => {
      if (type !== 'word' || !decimals.test(text) || !says(tokens, at + 1, '(') || !says(tokens, at + 3, ','))
        return false
      return tokens[at + 4]?.text === '-' || Number(tokens[at + 4]?.text) > Number(tokens[at + 2]?.text)
    }),
})

export const virtualColumns = refused({
  feature: 'Virtual generated columns',
  since: 18,
  mark: /GENERATED ALWAYS AS \(/,
  remedy: 'restore into PostgreSQL 18 or newer, or make them STORED in the source',
  isIn: ({ tokens }) =>
    tokens.some(
      (_, at) =>
        says(tokens, at, 'GENERATED', 'ALWAYS', 'AS', '(') && !says(tokens, closing(tokens, at + 3) + 1, 'STORED'),
    ),
})

const newParameters = new Set(['autovacuum_vacuum_max_threshold', 'vacuum_max_eager_freeze_failure_rate'])
/** Of tables, their TOAST tables and materialised views. */
export const storageParameters = rewritten({
  feature: 'Storage parameters of vacuum: `autovacuum_vacuum_max_threshold`, `vacuum_max_eager_freeze_failure_rate`',
  since: 18,
  mark: /\bWITH \([^)]*(autovacuum_vacuum_max_threshold|vacuum_max_eager_freeze_failure_rate)/,
  lost: 'vacuum does there what its settings say',
  rewrite: (statement) => {
    const { tokens } = statement
    const open = placeOf(statement, 'WITH', '(') + 1
    if (open === 0) return undefined
    const parts = partsIn(tokens, open)
    const kept = parts.filter(({ from, to }) => !tokens.slice(from, to).some(({ text }) => newParameters.has(text)))
    if (kept.length === parts.length) return undefined
    if (kept.length === 0) return [replaced(statement, open - 1, closing(tokens, open) + 1, '')]
    return [
      withParts(
        statement,
        open,
        kept.map(({ from, to }) => textOf(statement, from, to)),
      ),
    ]
  },
})
