import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { abortable, type Exporter, type ObjectInfo, PgarkError } from '@pgark/core'

type Row = { key: string; upload: string; size: number; modified: number }
type Piece = { at: number; bytes: Uint8Array }

/** Pieces belong to an upload. It becomes an object by one INSERT, and its pieces go when the object does. */
const schema = `
  PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS object (key TEXT PRIMARY KEY, upload TEXT, size INTEGER, modified INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS piece (upload TEXT, at INTEGER, bytes BLOB, PRIMARY KEY (upload, at)) STRICT;
  CREATE TRIGGER IF NOT EXISTS removed AFTER DELETE ON object BEGIN DELETE FROM piece WHERE upload = old.upload; END;
  CREATE TRIGGER IF NOT EXISTS replaced AFTER UPDATE ON object BEGIN DELETE FROM piece WHERE upload = old.upload; END`

const replace = 'UPDATE SET upload = excluded.upload, size = excluded.size, modified = excluded.modified'

/** https://sqlite.org/rescode.html */
const codes: Record<number, string> = {
  8: 'DESTINATION.PERMISSION',
  13: 'DESTINATION.FULL',
  14: 'DESTINATION.NOT_FOUND',
}

/** A SQLite file that is made with the first object. */
export function sqlite(path: string): Exporter {
  let opened: DatabaseSync | undefined
  const open = () => {
    const database = new DatabaseSync(path)
    database.exec(schema)
    return database
  }
  const query = <T>(sql: string, ...values: (string | number | Uint8Array)[]): T[] => {
    try {
      opened ??= open()
      return opened.prepare(sql).all(...values) as T[]
    } catch (cause) {
      const { errcode = 0, message } = cause as Error & { errcode?: number }
      throw new PgarkError(codes[errcode] ?? 'DESTINATION.SQLITE', `${path}: ${message}.`, { cause })
    }
  }
  const find = (key: string) => query<Row>('SELECT * FROM object WHERE key = ?', key)[0]
  const info = ({ key, size, modified }: Row): ObjectInfo => ({ key, sizeBytes: size, modifiedAt: new Date(modified) })

  return {
    specVersion: 1,
    name: 'sqlite',
    location: `sqlite://${path}`,
    capabilities: { range: true, remove: true, compose: false, read: true, local: true },

    async write(key, body, { signal, overwrite = false } = {}) {
      const upload = randomUUID()
      let size = 0
      try {
        for await (const chunk of abortable(body, signal)) {
          if (chunk.length > 0) query('INSERT INTO piece VALUES (?, ?, ?)', upload, size, chunk)
          size += chunk.length
          ;(chunk as Partial<Disposable>)[Symbol.dispose]?.()
        }
        signal?.throwIfAborted()
        const publish = `INSERT INTO object VALUES (?, ?, ?, ?) ON CONFLICT DO ${overwrite ? replace : 'NOTHING'} RETURNING *`
        if (query(publish, key, upload, size, Date.now()).length === 0) {
          throw new PgarkError('REFUSED.EXISTS', `${key} is already there (${path}).`)
        }
        return { key, sizeBytes: size }
      } catch (error) {
        query('DELETE FROM piece WHERE upload = ?', upload)
        throw error
      }
    },

    async *read(key, { range, signal } = {}) {
      const object = find(key)
      if (!object) throw new PgarkError('DESTINATION.NOT_FOUND', `There is no ${key} in ${path}.`)
      const end = Math.min(range?.end ?? object.size, object.size)
      for (let at = range?.start ?? 0; at < end; ) {
        signal?.throwIfAborted()
        const sql = 'SELECT at, bytes FROM piece WHERE upload = ? AND at <= ? ORDER BY at DESC LIMIT 1'
        const [piece] = query<Piece>(sql, object.upload, at)
        if (!piece) throw new PgarkError('DESTINATION.NOT_FOUND', `${key} was replaced while it was read.`)
        const bytes = piece.bytes.subarray(at - piece.at, end - piece.at)
        yield bytes
        at += bytes.length
      }
    },

    async stat(key, { signal } = {}) {
      signal?.throwIfAborted()
      const object = find(key)
      return object && info(object)
    },

    async *list(prefix, { delimiter, signal } = {}) {
      signal?.throwIfAborted()
      let folded = ''
      // Not ?1 twice: Node 22 binds no values to numbered parameters.
      const sql = 'SELECT * FROM object WHERE substr(key, 1, length(?)) = ? ORDER BY key'
      for (const object of query<Row>(sql, prefix, prefix)) {
        const slash = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1
        const beginning = object.key.slice(0, slash + 1)
        if (slash === -1) yield info(object)
        else if (beginning !== folded) yield { prefix: beginning }
        folded = beginning
      }
    },

    async remove(keys, { signal } = {}) {
      signal?.throwIfAborted()
      for (const key of keys) query('DELETE FROM object WHERE key = ?', key)
    },

    async close() {
      opened?.close()
      opened = undefined
    },
  }
}
