import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type BackupOptions, backup, file, type Manifest } from '@pgark/core'
import type { TestServer } from '@pgark/test-servers'
import { onTestFinished } from 'vitest'
import { engineFor, tempFolder } from '../snapshot/run-backup.ts'

/** Several tables, one of them in chunks, an empty one, large objects, a sequence. */
export const shop = `
  CREATE TABLE items (id int PRIMARY KEY, note text);
  INSERT INTO items SELECT i, md5(i::text) FROM generate_series(1, 150000) i;
  CREATE TABLE orders (id serial PRIMARY KEY, item int REFERENCES items);
  INSERT INTO orders (item) SELECT i FROM generate_series(1, 500) i;
  CREATE TABLE nothing (x int);
  CREATE VIEW noted AS SELECT note FROM items;
  SELECT lo_from_bytea(4711, decode(repeat('00ff', 9000), 'hex')), lo_from_bytea(4712, 'small')`

export const megabyte = 1024 * 1024

export interface StoredFolder {
  readonly folder: string
  readonly id: string
  /** Every file of the backup, its manifest included, relative to the folder. */
  readonly files: readonly string[]
  /** The file with the rows of a table. */
  fileOf(table: string): string
  /** A copy to be damaged, which goes with the test. */
  copied(): Promise<{ readonly folder: string; change(name: string, by: Damage): Promise<void> }>
}

/** What becomes of a file; undefined: it is gone. */
export type Damage = (bytes: Buffer) => Uint8Array | undefined

export async function storeFolder(
  server: TestServer,
  database: string,
  folder: string,
  options: Partial<BackupOptions> = {},
): Promise<StoredFolder> {
  const engine = engineFor(server, database)
  const chunks = options.format === 'directory' ? { chunkSizeBytes: 4 * megabyte, jobs: 2 } : {}
  const { id, tables } = await backup({ engine, to: file(folder), ...chunks, ...options })
  const objects = (await readdir(path.join(folder, id))).map((name) => `${id}/${name}`)
  return {
    folder,
    id,
    files: [...objects, `${id}.json`],
    fileOf: (name) => `${id}/${tables.find((table) => table.name === name)?.object}`,
    async copied() {
      const copy = path.join(await tempFolder(), 'copy')
      await cp(folder, copy, { recursive: true })
      onTestFinished(() => rm(copy, { recursive: true, force: true }))
      return {
        folder: copy,
        async change(name, by) {
          const at = path.join(copy, name)
          const after = by(await readFile(at))
          if (after) await writeFile(at, after)
          else await rm(at)
        },
      }
    },
  }
}

/** One bit, at that part of the file. */
export const flippedAt =
  (part: number): Damage =>
  (bytes) => {
    const changed = Buffer.from(bytes)
    const at = Math.min(Math.floor(bytes.length * part), bytes.length - 1)
    changed[at] = (changed[at] ?? 0) ^ 0x08
    return changed
  }

/** The text of a JSON file, changed as by hand: no hash is corrected. */
export const edited =
  (change: (json: Manifest & Record<string, unknown>) => unknown): Damage =>
  (bytes) =>
    Buffer.from(`${JSON.stringify(change(JSON.parse(bytes.toString())), null, 1)}\n`)
