import { type BackupRequest, formatNumberOf, PgarkError, type Problem, type RunContext } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type { HeldSnapshot } from '../../snapshot/held-snapshot.ts'
import { qualifiedName } from '../../snapshot/lock-tables.ts'
import type { TableFilters } from '../table-filter.ts'
import { countOrphans, type Orphans } from './count-orphans.ts'
import { type ForeignKey, readForeignKeys } from './foreign-keys.ts'
import { type KeyToMissing, readKeysToMissing } from './missing-parents.ts'

/** The first server on which a partitioned table can have a foreign key that is NOT VALID. */
const notValidOfPartitionsSince = 180_000

/** What cleaners have left out of the backup, by oid. */
export interface LeftOut {
  readonly relations: ReadonlySet<number>
  readonly foreignKeys: ReadonlySet<number>
}

/**
 * Looks for rows that would refer to rows which filters leave out, and for foreign keys to tables that are not in the backup, and does
 * with them what was asked for: throws `REFUSED.ORPHANS` with each foreign key, warns of each, or answers the keys that are to be
 * NOT VALID. Without filters the backup has what was selected, as with pg_dump.
 */
export async function settleOrphans(
  snapshot: Pick<HeldSnapshot, 'client' | 'selected' | 'server'>,
  { onOrphans, selection }: Pick<BackupRequest, 'onOrphans' | 'selection'>,
  filters: TableFilters,
  run: RunContext,
  leftOut?: LeftOut,
): Promise<readonly ForeignKey[]> {
  if (filters.size === 0) return []
  const { client, selected } = leftOut ? withoutTables(snapshot, leftOut) : snapshot
  const isDefined = ({ oid }: { readonly oid: number }) => !leftOut?.foreignKeys.has(oid)
  const keys = await readForeignKeys(
    client,
    selected.relations.map(({ oid }) => oid),
  )
  const orphans = await countOrphans({ client, selected }, filters, keys.filter(isDefined))
  // Rows alone bring no keys.
  const missing = selection.dataOnly ? [] : (await readKeysToMissing(client, selected)).filter(isDefined)
  const problems = [...missing.map(withoutParent), ...orphans.map(problemOf)]
  if (onOrphans === 'fail') refuse(problems)
  if (onOrphans !== 'notValid') {
    for (const problem of problems) run.onEvent({ type: 'warning', code: 'FILTER.ORPHANS', ...problem })
    return []
  }
  const isPossible = ({ key }: Orphans) =>
    !key.isOfPartitions || snapshot.server.versionNum >= notValidOfPartitionsSince
  // Without the table that it refers to, no key can be made, NOT VALID or not.
  refuse([...missing.map(withoutParent), ...orphans.filter((each) => !isPossible(each)).map(cannotBeNotValid)])
  return orphans.map(({ key }) => key)
}

function withoutTables({ client, selected }: Pick<HeldSnapshot, 'client' | 'selected'>, { relations }: LeftOut) {
  const isThere = ({ oid }: { readonly oid: number }) => !relations.has(oid)
  const { relations: all, withRows } = selected
  return { client, selected: { ...selected, relations: all.filter(isThere), withRows: withRows.filter(isThere) } }
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return
  throw new PgarkError('REFUSED.ORPHANS', problems.map(({ message }) => message).join('\n'), {
    hint: problems.map(({ hint }) => hint).join('\n'),
    meta: { problems },
  })
}

function withoutParent({ schema, name, constraint, parent }: KeyToMissing): Problem & { hint: string } {
  const table = `${parent.schema}.${parent.name}`
  return {
    message: `${schema}.${name} refers to ${table}, which is not in the backup (${constraint}): a restore cannot make that foreign key.`,
    hint: `select ${table}, too, or take onOrphans report where it is there already when this is restored`,
  }
}

function problemOf({ key, rows, isParentWithoutRows }: Orphans): Problem & { hint: string } {
  const { schema, name, constraint, parent } = key
  const why = isParentWithoutRows ? 'whose rows are left out' : 'that are left out'
  const referTo = `${rows === 1 ? 'refers' : 'refer'} to rows of ${parent.schema}.${parent.name} ${why}`
  return {
    message: `${formatNumberOf(rows, 'row')} of ${schema}.${name} ${referTo} (${constraint}).`,
    hint: isParentWithoutRows
      ? `leave the rows of ${schema}.${name} out, too, or keep those of ${parent.schema}.${parent.name}`
      : `filter ${schema}.${name} by what is kept: ${filterLike(key)}`,
  }
}

/** Rows that refer to nothing stay. */
function filterLike({ columns, name, parent }: ForeignKey): string {
  const list = (names: readonly string[]) => {
    const quoted = names.map(quoteIdentifier).join(', ')
    return names.length === 1 ? quoted : `(${quoted})`
  }
  const from = columns.map((column) => column.from)
  const to = columns.map((column) => quoteIdentifier(column.to)).join(', ')
  const isNull = from.map((column) => `${quoteIdentifier(column)} IS NULL`).join(' OR ')
  const period = columns.find(({ isPeriod }) => isPeriod)
  if (!period) return `${isNull} OR ${list(from)} IN (SELECT ${to} FROM ${qualifiedName(parent)} WHERE …)`
  // A period is covered by several rows together.
  const equal = columns
    .filter((column) => column !== period)
    .map(
      (column) => `kept.${quoteIdentifier(column.to)} = ${quoteIdentifier(name)}.${quoteIdentifier(column.from)} AND `,
    )
  const covered = `SELECT range_agg(kept.${quoteIdentifier(period.to)}) FROM ${qualifiedName(parent)} AS kept`
  return `${isNull} OR ${quoteIdentifier(period.from)} <@ (${covered} WHERE ${equal.join('')}…)`
}

function cannotBeNotValid(orphans: Orphans): Problem & { hint: string } {
  const { message, hint } = problemOf(orphans)
  return {
    message: `${message} The foreign key of a partitioned table cannot be NOT VALID before PostgreSQL 18.`,
    hint,
  }
}
