import { PgarkError } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import pg from 'pg'
import { databaseError, type RowsInvolved, safeMessage, sqlstate } from '../connection/database-error.ts'

/** SQLSTATEs by which the server says that something of that name is there already. */
const alreadyThere = new Set(['42P04', '42P06', '42P07', '42710', '42723', '42701'])
const outOfLocks = '53200'
const invalidBytes = '22021'
/** Their text holds rows, or anything. */
const carriesRows = /^(COPY|INSERT|UPDATE|DELETE|MERGE|SELECT|WITH|VALUES|REFRESH|DO|CALL|EXECUTE|EXPLAIN|PREPARE)\b/
/** They run expressions over rows that are there: of an index, a check, a new type, a query, a statistic. */
const computesRows = /^((CREATE|ALTER) (INDEX|TABLE|MATERIALIZED VIEW)|ALTER DOMAIN|ANALYZE|VACUUM|CLUSTER|REINDEX)\b/

const hints: Record<string, string> = {
  '42501': 'restore as a role that may do this, or leave it out (--no-owner, --no-privileges)',
  '42704':
    'create what is missing on the target (role, tablespace, extension), or leave it out (--no-owner, --no-privileges)',
  '58P01': "install the extension's files on the target server",
  '0A000': 'install the extension on the target server',
  [outOfLocks]: 'raise max_locks_per_transaction, or restore without one transaction (--no-single-transaction)',
  '22P04': 'a row has other columns than its COPY: use another copy, the file may be damaged',
  '42601': "use another copy if the file may be damaged; a newer server's dump may say what this one does not know",
  '53100': "the target server's disk is full: free space there",
}

export interface FailedStatement {
  readonly item: PlainItem
  /** Nothing was changed, or what was is undone. */
  readonly isUnchanged: boolean
  /** What became of the statements before it. */
  readonly outcome: string
}

/** The coded error for a statement of a script: line, object, SQLSTATE, and what became of the rest. Never the statement itself. */
export function restoreError(error: unknown, { item, isUnchanged, outcome }: FailedStatement): unknown {
  const state = sqlstate(error)
  const { command, object = item.summary.setting } = item.summary
  const what = `${command}${object ? ` ${object}` : ''}`
  const row = item.copy ? rowOfError(error) : 0
  const place = item.place(row)
  if (!(error instanceof pg.DatabaseError)) return databaseError(error, 'RESTORE.STATEMENT', `${place}: ${what} failed`)
  const meta = { line: item.line + row, object: item.summary.object, sqlstate: state }
  if (alreadyThere.has(state) && isUnchanged) {
    return new PgarkError('REFUSED.EXISTS', `${place}: ${what}: ${safeMessage(error)}; nothing was changed.`, {
      hint: 'restore into an empty database (--create-database makes one)',
      meta,
    })
  }
  if (state === invalidBytes && isAboutScript(error)) {
    return databaseError(error, 'DAMAGE.ENCODING', `${place}: ${what} failed, ${outcome}`, {
      meta,
      hint: 'its bytes are not in the encoding that the script sets (client_encoding): use an undamaged copy, or correct the setting',
    })
  }
  const hint = object === 'default_tablespace' ? 'create the tablespace on the target server' : hints[state]
  return databaseError(error, 'RESTORE.STATEMENT', `${place}: ${what} failed, ${outcome}`, {
    meta,
    rows: rowsInvolved(item),
    ...(hint && { hint }),
  })
}

function rowsInvolved({ summary: { command, kind }, sql }: PlainItem): RowsInvolved {
  if (carriesRows.test(command)) return 'yes'
  return computesRows.test(command) && kind !== 'owner' ? { statement: Buffer.from(sql).toString() } : 'no'
}

/** Whether the server found it in what it was sent, not in a function that ran meanwhile. */
const isAboutScript = ({ where }: pg.DatabaseError) => where === undefined || /^COPY [^\n]*$/.test(where)

/** Which row of a COPY the server complains about. Its context also quotes the row, so that only the number is taken. */
function rowOfError(error: unknown): number {
  const where = error instanceof pg.DatabaseError ? error.where : undefined
  return Number(/^COPY [^\n]*?, line (\d+)/m.exec(where ?? '')?.[1] ?? 0)
}
