import { type BackupRequest, PgarkError } from '@pgark/core'
import { checkDefinition } from '@pgark/pg-archive'
import type pg from 'pg'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'

/** Text on its way into a backup, whose encoding may not be UTF-8. */
export interface FileText {
  /** As `SET client_encoding` names it. */
  readonly encoding: string
  /** How pg_dump's own text is held in strings: characters, or one character for each byte that this process cannot read. */
  readonly decode: 'utf8' | 'latin1'
  /** The definition of `what` by pg_dump, read with `decode`. Throws `UNSAFE.DEFINITION` where psql would find a command in it. */
  fromDump(sql: string, what: string): Uint8Array
  /** Names out of pg_dump's text, read with `decode`, as they are in Unicode. */
  toUnicode(names: readonly string[]): Promise<readonly string[]>
  /** Text of our own, in Unicode, held as pg_dump's is; the server converts it. */
  inDump(texts: readonly string[]): Promise<readonly string[]>
  /** SQL of our own, with names in Unicode; the server converts them. Checked like pg_dump's. */
  encode(sql: string): Promise<Uint8Array>
}

const isAscii = /^[\0-\x7f]*$/

/**
 * Text for a backup in the encoding that it is asked for in, or that of the database. Throws `USAGE.OPTIONS` where the server does not
 * know it.
 */
export async function textOfBackup({ encoding }: BackupRequest, { client, server }: HeldSnapshot): Promise<FileText> {
  if (encoding === undefined) return fileText(server.encoding, client)
  const { rows } = await client.query('SELECT pg_char_to_encoding($1) AS number', [encoding])
  if (rows[0].number !== -1) return fileText(encoding, client)
  throw new PgarkError('USAGE.OPTIONS', `The server knows no encoding ${JSON.stringify(encoding)}.`, {
    hint: "name one of PostgreSQL's, such as UTF8 or LATIN1, or leave it out",
  })
}

/** Text for a file in `encoding`. `client` is asked to convert what is not plain ASCII. */
export function fileText(encoding: string, client: pg.ClientBase): FileText {
  const isUtf8 = /^utf-?8$/i.test(encoding)
  const decode = isUtf8 ? 'utf8' : 'latin1'
  return {
    encoding: isUtf8 ? 'UTF8' : encoding,
    decode,
    fromDump(sql, what) {
      checkDefinition(sql, what)
      return Buffer.from(sql, decode)
    },
    async toUnicode(names) {
      if (isUtf8 || names.every((name) => isAscii.test(name))) return names
      const { rows } = await client.query(
        'SELECT convert_from(bytes, $2) AS name FROM unnest($1::bytea[]) WITH ORDINALITY AS n (bytes, i) ORDER BY i',
        [names.map((name) => Buffer.from(name, decode)), encoding],
      )
      return rows.map(({ name }) => name)
    },
    async inDump(texts) {
      if (isUtf8 || texts.every((each) => isAscii.test(each))) return texts
      const { rows } = await client.query(
        'SELECT convert_to(text, $2) AS bytes FROM unnest($1::text[]) WITH ORDINALITY AS t (text, i) ORDER BY i',
        [texts, encoding],
      )
      return rows.map(({ bytes }) => bytes.toString(decode))
    },
    async encode(sql) {
      checkDefinition(sql, 'a statement by pgark itself')
      if (isUtf8 || isAscii.test(sql)) return Buffer.from(sql)
      const { rows } = await client.query('SELECT convert_to($1, $2) AS bytes', [sql, encoding])
      return rows[0].bytes
    },
  }
}
