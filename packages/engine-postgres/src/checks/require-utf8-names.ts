import { isUtf8 } from 'node:buffer'
import { formatNumberOf, PgarkError } from '@pgark/core'
import type pg from 'pg'
import type { Server } from '../connection/server.ts'

/** Names in an error. */
const mostNamed = 5
// As bytes: the server sends no text to a client that it knows not to be in the client's encoding.
const namesSql = `
  SELECT convert_to(concat_ws('.', nspname, relname), 'SQL_ASCII') AS name
  FROM pg_namespace n LEFT JOIN pg_class c ON relnamespace = n.oid AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1`

/**
 * A database in SQL_ASCII may have names that are no text in any encoding that could be told, and none of them can be asked for.
 * Throws `ENGINE.SNAPSHOT` with those of schemas, tables, views and sequences.
 */
export async function requireUtf8Names(
  client: pg.ClientBase,
  { encoding, database }: Pick<Server, 'encoding' | 'database'>,
): Promise<void> {
  if (encoding !== 'SQL_ASCII') return
  const { rows } = await client.query<{ name: Buffer }>(namesSql)
  const others = rows.filter(({ name }) => !isUtf8(name)).map(({ name }) => escaped(name))
  if (others.length === 0) return
  const more = others.length > mostNamed ? ` and ${formatNumberOf(others.length - mostNamed, 'other')}` : ''
  throw new PgarkError(
    'ENGINE.SNAPSHOT',
    `${database} is in SQL_ASCII and has names that are no UTF-8: ${others.slice(0, mostNamed).join(', ')}${more}.`,
    { hint: 'rename them (ALTER … RENAME), or back the database up by pg_dump, which restores into SQL_ASCII only' },
  )
}

const escaped = (name: Buffer) =>
  name.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
