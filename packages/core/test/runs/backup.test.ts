import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { backup, file, type Manifest, planBackup, type RunEvent } from '../../src/index.ts'
import { everythingIn, tempFolder } from '../file/temp-folder.ts'
import { engineDouble, tables } from './engine-double.ts'
import { faulty } from './faulty-exporter.ts'

const whole = '1\n2\n3\n4\n5\n6\n7\n'
const sha256 = createHash('sha256').update(whole).digest('hex')
const readManifest = async (location: string): Promise<Manifest & { checksum?: string }> =>
  JSON.parse(await readFile(location, 'utf8'))

describe('a single file', () => {
  test('gets exactly its name, and its manifest beside it', async () => {
    const folder = await tempFolder()
    const { engine, contents, requests } = engineDouble()
    const stored = tables.map((table) => ({ ...table, object: 'shop.sql.zst' }))
    const to = file(path.join(folder, 'shop.sql.zst'))
    const result = await backup({ engine, to, metadata: { ticket: 'P-1' }, name: 'n' })
    expect(await everythingIn(folder)).toEqual(['shop.sql.zst', 'shop.sql.zst.json'])
    expect(requests).toMatchObject([{ objectName: 'shop.sql.zst', format: 'plain', compression: { codec: 'zstd' } }])
    const { checksum: _, ...manifest } = await readManifest(path.join(folder, 'shop.sql.zst.json'))
    expect(manifest).toMatchObject({
      manifestVersion: 1,
      requires: [],
      id: result.id,
      tool: { name: 'pgark', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      format: 'plain',
      compression: 'zstd',
      encryption: 'none',
      metadata: { ticket: 'P-1' },
      totals: { tables: 2, rows: 7, sizeBytes: 14 },
      objects: [{ key: 'shop.sql.zst', sizeBytes: 14, sha256 }],
      contents: { ...contents, tables: stored },
    })
    expect(result).toMatchObject({ location: to.location, sizeBytes: 14, rows: 7, tables: stored, manifest })
    expect(result.metadata).toEqual({ ticket: 'P-1' })
    expect(result.durationMs).toBeGreaterThanOrEqual(Date.parse(manifest.finishedAt) - Date.parse(manifest.startedAt))
    expect(result.id).toMatch(/^n-\d{8}T\d{6}Z-[0-9a-f]{4}$/)
    expect(Date.parse(manifest.startedAt)).toBeLessThanOrEqual(Date.parse(manifest.finishedAt))
  })
})

describe('a folder', () => {
  test('holds any number of backups, each with its objects below its id and its manifest beside that', async () => {
    const folder = await tempFolder()
    const { engine, contents } = engineDouble()
    const to = file(path.join(folder, 'new'))
    const { id, location } = await backup({ engine, to })
    expect(id).toMatch(/^my%2Fshop-\d{8}T\d{6}Z-[0-9a-f]{4}$/)
    expect(location).toBe(path.join(folder, 'new', id))
    const names = [`new/${id}`, `new/${id}.json`, `new/${id}/backup.sql.zst`, `new/${id}/contents.json`]
    expect(await everythingIn(folder)).toEqual(['new', ...names])
    const stored = await readFile(path.join(folder, names[3] ?? ''))
    expect(JSON.parse(stored.toString())).toEqual(contents)
    const manifest = await readManifest(path.join(folder, names[1] ?? ''))
    expect(manifest.objects).toEqual([{ key: `${id}/backup.sql.zst`, sizeBytes: 14, sha256 }])
    expect(manifest.contents).toEqual({
      key: `${id}/contents.json`,
      sizeBytes: stored.length,
      sha256: createHash('sha256').update(stored).digest('hex'),
    })
    await backup({ engine, to })
    expect((await everythingIn(folder)).filter((name) => name.endsWith('.zst'))).toHaveLength(2)
  })

  test('a manifest stays small however many tables there are', async () => {
    const folder = await tempFolder()
    const many = Array.from({ length: 500 }, (_, index) => ({
      schema: 'public',
      name: `a_table_with_a_name_of_usual_length_${index}`,
      rows: 1_000_000,
      bytes: 1_000_000_000,
      digest: 'ab'.repeat(16),
      columns: [],
      object: 'backup.sql.zst',
    }))
    const { engine, contents } = engineDouble()
    const large = {
      ...engine,
      backup: async (...args: Parameters<typeof engine.backup>) => {
        await engine.backup(...args)
        return { ...contents, tables: many }
      },
    }
    const { id } = await backup({ engine: large, to: file(folder) })
    expect((await readFile(path.join(folder, `${id}.json`))).length).toBeLessThan(4 * 1024)
  })
})

test('the manifest is written last, after the destination was asked what it holds', async () => {
  const { engine } = engineDouble()
  const single = faulty(file(path.join(await tempFolder(), 'x.sql.zst')), {})
  await backup({ engine, to: single.exporter })
  expect(single.calls).toEqual(['write x.sql.zst', 'write x.sql.zst.json'])
  const folder = faulty(file(await tempFolder()), {})
  const { id } = await backup({ engine, to: folder.exporter })
  expect(folder.calls).toEqual([`write ${id}/backup.sql.zst`, `write ${id}/contents.json`, `write ${id}.json`])
})

test('a pipe gets the bytes alone: no manifest, and nobody asks it what it holds', async () => {
  const { engine } = engineDouble()
  const { exporter, calls } = faulty(file(path.join(await tempFolder(), 'x.sql')), { isPipe: true })
  const result = await backup({ engine, to: exporter })
  expect(calls).toEqual(['write x.sql'])
  expect(result.manifest).toBeUndefined()
  expect(result.rows).toBe(7)
})

test('the events of a run come in order, the result last', async () => {
  const events: RunEvent[] = []
  const { engine } = engineDouble()
  const to = file(path.join(await tempFolder(), 'x.sql.zst'))
  const result = await backup({ engine, to, onEvent: (event) => events.push(event) })
  expect(events).toMatchObject([
    { type: 'phase', name: 'data' },
    { type: 'object', key: 'x.sql.zst', sizeBytes: 14, sha256 },
    { type: 'phase', name: 'commit' },
    { type: 'result', command: 'backup', ok: true, id: result.id, rows: 7, sizeBytes: 14 },
  ])
  // They are printed as JSON.
  expect(JSON.parse(JSON.stringify(events))).toEqual(JSON.parse(JSON.stringify(events)))
  expect(events.at(-1)).not.toHaveProperty('manifest')
})

test('a plan asks for the same, and writes nothing', async () => {
  const folder = await tempFolder()
  const { engine, requests } = engineDouble()
  await planBackup({ engine, to: file(path.join(folder, 'x.sql')), tables: ['a'], noOwner: true })
  expect(requests).toMatchObject([{ format: 'plain', selection: { tables: ['a'], noOwner: true } }])
  expect(await everythingIn(folder)).toEqual([])
})
