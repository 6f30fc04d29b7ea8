import { type TocEntry, textIn } from '@pgark/pg-archive'
import type pg from 'pg'

const isAscii = /^[\0-\x7f]*$/
const setEncoding = /client_encoding = '([^']+)'/

/** The encoding that an archive's text is in, as its session sets it. */
export function encodingOf(entries: readonly TocEntry[]): string {
  const entry = entries.find(({ description }) => description === 'ENCODING')
  return setEncoding.exec(entry?.definition ?? '')?.[1] ?? 'UTF8'
}

/** Strings of an archive, which have one character for each byte, as the text that they are; the server converts what is not UTF-8. */
export async function inUnicode(
  client: pg.ClientBase,
  encoding: string,
  texts: readonly string[],
): Promise<readonly string[]> {
  if (texts.every((text) => isAscii.test(text))) return texts
  if (/^(utf-?8|sql_ascii)$/i.test(encoding)) return texts.map((text) => readable(text, encoding))
  const { rows } = await client.query(
    'SELECT pg_catalog.convert_from(bytes, $2) AS text FROM unnest($1::bytea[]) WITH ORDINALITY AS n (bytes, i) ORDER BY i',
    [texts.map((text) => Buffer.from(text, 'latin1')), encoding],
  )
  return rows.map(({ text }) => text)
}

/** The same for messages and for what people ask for, where no server can be asked. */
export const readable = (text: string, encoding: string) => textIn(encoding, Buffer.from(text, 'latin1'))
