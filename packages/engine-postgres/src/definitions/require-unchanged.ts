import { PgarkError } from '@pgark/core'
import type { Archive } from '@pgark/pg-archive'
import type pg from 'pg'
import { beginPinned } from '../connection/pinned-transaction.ts'

/** Types that come and go with something else: those of a relation's rows, and arrays. */
const ofOthers = `EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c') OR t.typcategory = 'A'`
/** What pg_dump asks the server to write for it; bodies it reads itself, and whose something is and who may use it. */
const ofRoutine = `md5(p.proname || concat_ws('|', p.prorettype, p.proargtypes, p.proallargtypes, p.proargmodes, p.proargnames,
                                             p.proargdefaults, to_jsonb(p) ->> 'prosqlbody'))`
// https://www.postgresql.org/docs/current/catalogs.html
// Objects of the user are numbered from 16384.
const listSql = `
  SELECT o.kind, o.oid::int8::text AS oid, n.nspname || '.' || o.name AS name, md5(concat_ws('.', n.nspname, o.said)) AS said
  FROM (SELECT 'function' AS kind, p.oid, p.pronamespace AS space, p.proname AS name, ${ofRoutine} AS said FROM pg_proc p UNION ALL
        SELECT 'relation', c.oid, c.relnamespace, c.relname, c.relname FROM pg_class c WHERE c.relkind NOT IN ('r', 'p', 't') UNION ALL
        SELECT 'type', t.oid, t.typnamespace, t.typname, t.typname FROM pg_type t WHERE NOT (${ofOthers}) UNION ALL
        SELECT 'operator', oid, oprnamespace, oprname, oprname FROM pg_operator UNION ALL
        SELECT 'operator class', oid, opcnamespace, opcname, opcname FROM pg_opclass UNION ALL
        SELECT 'collation', oid, collnamespace, collname, collname FROM pg_collation) AS o
  JOIN pg_namespace n ON n.oid = o.space
  WHERE o.oid >= 16384 AND n.nspname !~ '^pg_'
  UNION ALL SELECT 'schema', oid::int8::text, nspname, md5(nspname) FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'`

/**
 * Throws `ENGINE.DEFINITIONS_CHANGED` where something has another name or signature now than at the snapshot, or is gone.
 *
 * pg_dump reads the catalogue at the snapshot, but has the server write much of what it defines, from the catalogue as it is just then:
 * arguments of functions, names of types, definitions of indexes. No lock of ours holds up changes of those.
 *
 * Relations that are not defined may come and go, as tables for passing data do.
 *
 * @param atSnapshot A connection whose transaction has the snapshot.
 * @param client Another one, outside a transaction.
 */
export async function requireUnchanged(
  { entries }: Pick<Archive, 'entries'>,
  atSnapshot: pg.ClientBase,
  client: pg.ClientBase,
  lockTimeoutMs: number,
): Promise<void> {
  await beginPinned(client, lockTimeoutMs)
  const { rows: current } = await client.query(listSql)
  const now = new Map(current.map((row) => [keyOf(row), row.said]))
  const { rows: known } = await atSnapshot.query(listSql)
  const defined = new Set(entries.map(({ catalogId }) => String(catalogId.oid)))
  const matters = (row: Listed) => {
    if (row.kind === 'relation') return defined.has(row.oid)
    // One that is gone had nothing in it that is read: that is locked.
    return row.kind !== 'schema' || now.has(keyOf(row))
  }
  const changed = known.find((row) => now.get(keyOf(row)) !== row.said && matters(row))
  if (!changed) return
  const { kind, name } = changed
  throw new PgarkError(
    'ENGINE.DEFINITIONS_CHANGED',
    `The ${kind} ${name} was changed, renamed or dropped while definitions were read.`,
    { hint: 'run it again when no migration is running', retryable: true },
  )
}

interface Listed {
  readonly kind: string
  readonly oid: string
}

const keyOf = ({ kind, oid }: Listed) => `${kind} ${oid}`
