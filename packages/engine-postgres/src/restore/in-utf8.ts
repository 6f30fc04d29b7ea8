import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'

/**
 * Does something by SQL of our own, which is in UTF-8, on a session that has the encoding of the archive that it restores. Where it
 * fails the session is of no more use.
 */
export async function inUtf8<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query('SHOW client_encoding')
  const [{ client_encoding: encoding }] = rows
  if (encoding === 'UTF8') return await work()
  await client.query("SET client_encoding = 'UTF8'")
  const answer = await work()
  await client.query(`SET client_encoding = ${quoteLiteral(encoding)}`)
  return answer
}
