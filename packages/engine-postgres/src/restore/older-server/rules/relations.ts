import { refused, restoreElsewhere, rewritten } from '../rule.ts'
import { isOfExpressions } from '../seen.ts'
import { nameAt, placeOf, replaced, says } from '../statement.ts'

/** What leads the planner is no content. */
export const statisticsOfExpressions = rewritten({
  feature: 'Extended statistics of expressions',
  since: 14,
  mark: /^\s*(CREATE|ALTER|COMMENT ON) STATISTICS /,
  lost: 'they are left out',
  rewrite: (statement, { statistics }) => {
    const { tokens } = statement
    if (says(tokens, 0, 'CREATE')) return isOfExpressions(statement) ? [] : undefined
    return statistics.has(nameAt(tokens, says(tokens, 0, 'COMMENT') ? 3 : 2).name) ? [] : undefined
  },
})

const newClass = /_(bloom|minmax_multi)_ops$/

export const brinClasses = refused({
  feature: 'BRIN indexes with bloom or minmax-multi operator classes',
  since: 14,
  mark: /USING brin .*_(bloom|minmax_multi)_ops/,
  remedy: 'restore into PostgreSQL 14 or newer, or make the index with another operator class in the source',
  isIn: ({ tokens }) => tokens.some(({ type, text }) => type === 'word' && newClass.test(text)),
})

export const securityInvoker = refused({
  feature: 'Views with security_invoker',
  since: 15,
  mark: /^\s*CREATE VIEW .*security_invoker/,
  remedy: restoreElsewhere(15),
  isIn: (statement) => {
    const at = placeOf(statement, 'security_invoker', '=')
    return at !== -1 && at < placeOf(statement, 'AS')
  },
})

export const unloggedSequences = rewritten({
  feature: 'Unlogged sequences',
  since: 15,
  mark: /^\s*CREATE UNLOGGED SEQUENCE/,
  lost: 'the sequence is logged there',
  rewrite: (statement) => [replaced(statement, 0, 2, 'CREATE')],
})

export const loggingOfIdentities = rewritten({
  feature: 'Identity sequences that are logged otherwise than their table',
  since: 15,
  mark: /ADD GENERATED [^;]*\n\s*(UN)?LOGGED\n/,
  lost: 'the sequence is logged there',
  rewrite: (statement) => {
    const at = statement.tokens.findIndex(({ text }) => text === 'LOGGED' || text === 'UNLOGGED')
    return [replaced(statement, at, at + 1, '')]
  },
})

/** Before, it is of the partitioned table alone. */
export const identityOfPartitions = rewritten({
  feature: 'Identity columns that partitions share with their table',
  since: 17,
  isInOldWords: true,
  mark: /ALTER TABLE [^;]* ADD GENERATED /,
  lost: 'rows that are inserted into a partition itself get no value there',
  rewrite: (statement, { partitioned }) =>
    partitioned.has(nameAt(statement.tokens, 2).name) ? [statement.sql] : undefined,
})

export const accessMethodOfPartitions = rewritten({
  feature: 'The access method of a partitioned table',
  since: 17,
  mark: /^\s*ALTER TABLE [^;]* SET ACCESS METHOD /,
  lost: 'new partitions get the default one there; those of the backup have their own',
  rewrite: (statement, { partitioned }) => (partitioned.has(nameAt(statement.tokens, 2).name) ? [] : undefined),
})
