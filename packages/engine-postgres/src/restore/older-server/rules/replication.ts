import { type Refusal, type Rewriting, refused, restoreElsewhere, rewritten } from '../rule.ts'
import { nameAt, partsIn, placeOf, type Statement, says, textOf, withParts } from '../statement.ts'

/** What a publication's table is named by, and the place behind it. */
const tableOf = ({ tokens }: Statement) => nameAt(tokens, says(tokens, 5, 'ONLY') ? 6 : 5)
const toPublication = /^\s*ALTER PUBLICATION /

export const rowFilters = refused({
  feature: 'Publications of some rows (WHERE)',
  since: 15,
  mark: /^\s*ALTER PUBLICATION .* ADD TABLE .* WHERE /s,
  remedy: restoreElsewhere(15),
  isIn: (statement) => placeOf(statement, 'WHERE', '(') !== -1,
})

export const publishedColumns = refused({
  feature: 'Publications of some columns',
  since: 15,
  mark: /^\s*ALTER PUBLICATION .* ADD TABLE .*\(/s,
  remedy: restoreElsewhere(15),
  isIn: (statement) => says(statement.tokens, tableOf(statement).next, '('),
})

export const publishedSchemas = refused({
  feature: 'Publications of the tables in a schema',
  since: 15,
  mark: toPublication,
  remedy: restoreElsewhere(15),
  isIn: (statement) => placeOf(statement, 'ADD', 'TABLES', 'IN', 'SCHEMA') === 3,
})

export const publishedGeneratedColumns = refused({
  feature: 'Publications of generated columns',
  since: 18,
  mark: /^\s*CREATE PUBLICATION .*publish_generated_columns/s,
  remedy: restoreElsewhere(18),
  isIn: (statement) => placeOf(statement, 'publish_generated_columns', '=', 'stored') !== -1,
})

const subscription = (parameter: string) => new RegExp(`^\\s*CREATE SUBSCRIPTION .*\\b${parameter}`, 's')
const openOf = (statement: Statement) => placeOf(statement, 'WITH', '(') + 1

function parameter(name: string, since: number, lost: string, more?: Pick<Rewriting, 'isOfPgDump'>): Rewriting {
  return rewritten({
    feature: `Subscriptions with ${name}`,
    since,
    ...more,
    mark: subscription(name),
    lost,
    rewrite: (statement) => {
      const open = openOf(statement)
      const parts = partsIn(statement.tokens, open)
      const kept = parts.filter(({ from }) => !says(statement.tokens, from, name, '='))
      if (kept.length === parts.length) return undefined
      return [
        withParts(
          statement,
          open,
          kept.map(({ from, to }) => textOf(statement, from, to)),
        ),
      ]
    },
  })
}

const parallelStreaming = rewritten({
  feature: 'Subscriptions with streaming = parallel',
  since: 16,
  mark: subscription('streaming = parallel'),
  lost: 'large transactions are streamed there, and applied when they are complete',
  rewrite: (statement) => {
    const at = placeOf(statement, 'streaming', '=', 'parallel')
    const { sql, tokens } = statement
    return at === -1 ? undefined : [`${sql.slice(0, tokens[at + 2]?.start)}on${sql.slice(tokens[at + 2]?.end)}`]
  },
})

const origin: Refusal = refused({
  feature: 'Subscriptions with origin = none',
  since: 16,
  mark: subscription('origin'),
  remedy: 'restore into PostgreSQL 16 or newer: an older one would send replicated changes on, in circles',
  isIn: (statement) => placeOf(statement, 'origin', '=', 'none') !== -1,
})

/** What a subscription says of how it works. It is restored without a connection, disabled. */
export const subscriptions = [
  parallelStreaming,
  parameter('binary', 14, 'values come as text'),
  parameter('streaming', 14, 'large transactions are sent when they are complete'),
  parameter('two_phase', 15, 'prepared transactions are applied when they are committed'),
  parameter('disable_on_error', 15, 'after an error it tries again'),
  parameter('password_required', 16, 'no password is required there'),
  parameter('run_as_owner', 16, 'every subscription works like that there', { isOfPgDump: true }),
  parameter('failover', 17, 'its slot does not follow to a standby'),
  origin,
]
