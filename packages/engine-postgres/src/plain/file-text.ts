import type pg from 'pg'

/** Text on its way into a plain file, whose encoding may not be UTF-8. */
export interface FileText {
  /** As `SET client_encoding` names it. */
  readonly encoding: string
  /** How pg_dump's own text is held in strings: characters, or one character for each byte that this process cannot read. */
  readonly decode: 'utf8' | 'latin1'
  /** Text of pg_dump, read with `decode`. */
  fromDump(text: string): Uint8Array
  /** Text of ours: Unicode names, converted by the server. */
  encode(text: string): Promise<Uint8Array>
}

const isAscii = /^[\0-\x7f]*$/

/** Text for a file in `encoding`. `client` is asked to convert what is not plain ASCII. */
export function fileText(encoding: string, client: pg.ClientBase): FileText {
  if (/^utf-?8$/i.test(encoding)) {
    return {
      encoding: 'UTF8',
      decode: 'utf8',
      fromDump: (text) => Buffer.from(text),
      encode: async (text) => Buffer.from(text),
    }
  }
  return {
    encoding,
    decode: 'latin1',
    fromDump: (text) => Buffer.from(text, 'latin1'),
    async encode(text) {
      if (isAscii.test(text)) return Buffer.from(text, 'latin1')
      const { rows } = await client.query('SELECT convert_to($1, $2) AS bytes', [text, encoding])
      return rows[0].bytes
    },
  }
}
