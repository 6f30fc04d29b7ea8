import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  type Contents,
  type Exporter,
  file,
  isPgarkError,
  type Manifest,
  type RestoreOptions,
  restore,
  verify,
} from '@pgark/core'
import { databaseDigest, editManifest, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgres } from '../../src/index.ts'
import { rejection } from '../restore/target.ts'
import { databaseWith, engineFor } from '../snapshot/run-backup.ts'
import { type Damage, edited, flippedAt, type StoredFolder, shop, storeFolder } from './stored-folder.ts'

let server: TestServer
let target: string
let before: string
let folder: string
const backups = new Map<string, StoredFolder>()
/** Where a server would be: who connects to it has not refused beforehand. */
let listener: Server
let connections = 0
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  const source = await databaseWith(server, shop)
  target = await databaseWith(server, 'CREATE TABLE kept (a int); INSERT INTO kept VALUES (1); SELECT lo_create(1)')
  before = await databaseDigest(server, target)
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-damage-'))
  for (const format of ['directory', 'custom', 'plain'])
    backups.set(format, await storeFolder(server, source, path.join(folder, format), { format }))
  listener = createServer((socket) => {
    connections += 1
    socket.destroy()
  }).listen(0, '127.0.0.1')
})
afterAll(async () => {
  listener.close()
  await rm(folder, { recursive: true })
  await server.stop()
})

function stored(format: string): StoredFolder {
  const found = backups.get(format)
  if (!found) throw new Error(`there is no backup in the format ${format}`)
  return found
}

interface Refusing extends Partial<RestoreOptions> {
  readonly code?: RegExp
}
/** `verify` finds it, and `restore` refuses it before it asks for a connection. */
async function expectRefused(from: Exporter, id: string, { code = damage, ...options }: Refusing = {}) {
  connections = 0
  const { ok, findings } = await verify({ engine: postgres({}), from, id })
  expect(ok).toBe(false)
  const errors = findings.filter(({ severity }) => severity === 'error')
  for (const finding of errors) expect(finding.code).toMatch(code)
  expect(errors).not.toEqual([])

  const { port } = listener.address() as { port: number }
  const nowhere = postgres(`postgres://nobody@127.0.0.1:${port}/nowhere?sslmode=disable`)
  for (const restoring of [{}, { singleTransaction: true }, { createDatabase: true }]) {
    const error = await rejection(restore({ engine: nowhere, from, id, ...restoring, ...options }))
    if (!isPgarkError(error)) throw error
    expect(error.code, error.message).toMatch(code)
  }
  expect(connections).toBe(0)
  const error = await rejection(restore({ engine: engineFor(server, target), from, id, ...options }))
  expect(isPgarkError(error) && error.code).toMatch(code)
  expect(await databaseDigest(server, target)).toBe(before)
}
const damage = /^(DAMAGE|ARCHIVE|SCRIPT)\./

const damages: Record<string, Damage> = {
  gone: () => undefined,
  empty: () => Buffer.alloc(0),
  'cut at 60 %': (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6)),
  'a byte less': (bytes) => bytes.subarray(0, -1),
  'a byte more': (bytes) => Buffer.concat([bytes, Buffer.from('\n')]),
  'a bit of its first byte': flippedAt(0),
  'a bit of its middle': flippedAt(0.5),
  'a bit of its last byte': flippedAt(1),
}

describe('a directory', () => {
  test('has everything that can be damaged', async () => {
    const { files, id, folder: place, fileOf } = stored('directory')
    const contents: Contents = JSON.parse(await readFile(path.join(place, id, 'contents.json'), 'utf8'))
    expect(contents.tables.find(({ name }) => name === 'items')?.chunks?.length).toBeGreaterThan(1)
    expect(files.map((name) => path.basename(name)).sort()).toEqual(
      [
        ...['items', 'orders', 'nothing'].map((table) => path.basename(fileOf(table))),
        ...['blob_4711.dat.zst', 'blob_4712.dat.zst', 'blobs.toc', 'contents.json', 'toc.dat', `${id}.json`],
      ].sort(),
    )
    expect(contents.sequences).toHaveLength(1)
    expect(await verify({ engine: postgres({}), from: file(place), id })).toMatchObject({ ok: true, findings: [] })
  })

  test.each(Object.entries(damages))('each object in turn: %s', async (name, change) => {
    const { files, id, copied } = stored('directory')
    for (const each of files) {
      // Without its manifest there is no backup: that is told otherwise.
      if (each === `${id}.json` && name === 'gone') continue
      const copy = await copied()
      await copy.change(each, change)
      await expectRefused(file(copy.folder), id)
    }
  })

  test('without its manifest there is no backup', async () => {
    const { id, copied } = stored('directory')
    const copy = await copied()
    await copy.change(`${id}.json`, () => undefined)
    const reference = { engine: postgres({}), from: file(copy.folder), id }
    for (const run of [verify, restore])
      await expect(run(reference)).rejects.toMatchObject({ code: 'DESTINATION.NOT_FOUND' })
  })

  test('contents that were edited, in every field', async () => {
    const { id, copied } = stored('directory')
    const edits: ((contents: Record<string, unknown>) => unknown)[] = [
      (contents) => ({ ...contents, objects: (contents.objects as unknown[]).slice(1) }),
      (contents) => ({ ...contents, tables: (contents.tables as unknown[]).slice(1) }),
      (contents) => ({ ...contents, sequences: [] }),
      (contents) => ({ ...contents, lockEstimate: 1 }),
      (contents) => ({ ...contents, requirements: undefined }),
    ]
    for (const edit of edits) {
      const copy = await copied()
      await copy.change(`${id}/contents.json`, edited(edit))
      await expectRefused(file(copy.folder), id, { code: /^DAMAGE\.(SIZE|HASH)$/ })
    }
  })
})

describe.each(['directory', 'custom'])('the manifest of a %s, edited', (format) => {
  const edits: Record<string, Parameters<typeof edited>[0]> = {
    totals: (manifest) => ({ ...manifest, totals: { ...manifest.totals, rows: manifest.totals.rows + 1 } }),
    id: (manifest) => ({ ...manifest, id: manifest.id.replace(/.{4}$/, 'ffff') }),
    'no object': (manifest) => ({ ...manifest, objects: [], contents: { ...manifest.contents, objects: [] } }),
    metadata: (manifest) => ({ ...manifest, metadata: { type: 'daily' } }),
    snapshot: (manifest) => ({ ...manifest, snapshot: { ...manifest.snapshot, time: '2026-01-01T00:00:00Z' } }),
    'another checksum': (manifest) => ({ ...manifest, checksum: '0'.repeat(64) }),
    'no checksum': ({ checksum: _, ...manifest }) => manifest,
  }
  test.each(Object.entries(edits))('%s', async (_, edit) => {
    const { id, copied } = stored(format)
    const copy = await copied()
    await copy.change(`${id}.json`, edited(edit))
    await expectRefused(file(copy.folder), id, { code: /^DAMAGE\.MANIFEST$/ })
  })

  test('its id, along with its checksum', async () => {
    const { id, copied } = stored(format)
    const copy = await copied()
    await editManifest(path.join(copy.folder, `${id}.json`), edits.id as never)
    await expectRefused(file(copy.folder), id, { code: /^DAMAGE\.MANIFEST$/ })
  })

  test('a feature that this version does not know: refused, and not called damaged', async () => {
    const { id, copied } = stored(format)
    const copy = await copied()
    await editManifest(path.join(copy.folder, `${id}.json`), (manifest: Manifest) => ({
      ...manifest,
      requires: ['age'],
    }))
    for (const run of [verify, restore]) {
      const running = run({ engine: engineFor(server, target), from: file(copy.folder), id })
      await expect(running).rejects.toMatchObject({ code: 'REFUSED.UNKNOWN_FEATURE' })
    }
    expect(await databaseDigest(server, target)).toBe(before)
  })
})

/** A stream that is restored in one transaction is refused at its end, of what lies in it. */
async function expectRolledBack(from: Exporter, id: string) {
  expect(await verify({ engine: postgres({}), from, id })).toMatchObject({ ok: false })
  const error = await rejection(restore({ engine: engineFor(server, target), from, id }))
  expect(isPgarkError(error) && error.code).toMatch(damage)
  expect(await databaseDigest(server, target)).toBe(before)
}

// What makes a custom archive one is its first bytes: without them it is read as a script.
const readAsScript = { custom: /first byte/, plain: /^a bit of/ }
test.each(['custom', 'plain'] as const)('one object, %s: however it is damaged', async (format) => {
  const { files, id, copied } = stored(format)
  expect(files).toHaveLength(3)
  for (const each of files) {
    for (const [name, change] of Object.entries(damages)) {
      if (each === `${id}.json` && name === 'gone') continue
      const copy = await copied()
      await copy.change(each, change)
      const isScript = /backup\.(dump|sql)/.test(each) && readAsScript[format].test(name)
      await (isScript ? expectRolledBack : expectRefused)(file(copy.folder), id)
    }
  }
})
