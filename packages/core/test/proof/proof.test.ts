import { createHash } from 'node:crypto'
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  backup,
  type Engine,
  type Exporter,
  type Finding,
  file,
  list,
  PgarkError,
  type Proof,
  proofs,
  type RestoreOptions,
  type RunEvent,
  restore,
  type VerifyOptions,
  verify,
} from '../../src/index.ts'
import { proofSchema } from '../../src/proof/proof.ts'
import { chunksOf, everythingIn, tempFolder } from '../file/temp-folder.ts'
import { altered, placesIn } from '../manifest/sample.ts'
import { engineDouble } from '../runs/engine-double.ts'
import { faulty } from '../runs/faulty-exporter.ts'

const proofName = /^shop\.sql\.zst\.proof-\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{4}\.json$/
const note: Finding = { severity: 'info', code: 'X.Y', message: 'Hm.', hint: 'nothing to do' }
const damage: Finding = { severity: 'error', code: 'DAMAGE.ROW_COUNT', message: 'No.' }

/** An engine that says who it is, counts what it reads, and may fail. */
function engineWith(options: { findings?: readonly Finding[]; error?: Error } = {}): Engine {
  const { engine } = engineDouble(options)
  const tell = (run: Parameters<Engine['verify']>[1]) => {
    for (const [name, rows] of [
      ['orders', 3],
      ['items', 4],
    ] as const)
      run.onEvent({ type: 'table', state: 'finished', table: { schema: 'public', name }, rows, bytes: 1 })
    if (options.error) throw options.error
  }
  return {
    ...engine,
    location: 'postgres://app@db/shop_copy',
    server: async () => ({ database: 'shop_copy', serverVersion: '17.10' }),
    async verify(source, run) {
      tell(run)
      return await engine.verify(source, run)
    },
    async compare(_, run) {
      run.onEvent({ type: 'phase', name: 'compare' })
      tell(run)
      return options.findings ?? []
    },
    async restore(request, source, run) {
      tell(run)
      if (request.verify) run.onEvent({ type: 'phase', name: 'compare' })
      return await engine.restore(request, source, run)
    },
    readDefinitions: async () => ({ compare: async () => [{ ...note, code: 'X.DEFINITION' }] }),
  }
}

/** A backup in a file of its own, and what is stored of its proofs. */
async function single() {
  const folder = await tempFolder()
  const from = file(path.join(folder, 'shop.sql.zst'))
  const { id } = await backup({ engine: engineDouble().engine, to: from })
  const names = async () => (await readdir(folder)).filter((name) => name.startsWith('shop.sql.zst.proof'))
  return { folder, from, id, names }
}

async function inFolder() {
  const folder = await tempFolder()
  const from = file(folder)
  const { id } = await backup({ engine: engineDouble({ formats: ['custom'] }).engine, to: from })
  return { folder, from, id }
}

const verified = (from: Exporter, options: Partial<VerifyOptions> = {}) =>
  verify({ engine: engineWith(), from, ...options })
const restored = (from: RestoreOptions['from'], options: Partial<RestoreOptions> = {}) =>
  restore({ engine: engineWith(), from, ...options })

describe('a proof of', () => {
  test('verify() says what was read again, when, by what, of which backup', async () => {
    const { folder, from, id, names } = await single()
    const before = Date.now()
    const { proof } = await verified(from, { engine: engineWith({ findings: [note] }) })
    expect(await names()).toEqual([expect.stringMatching(proofName)])
    expect(proof).toBe((await names())[0])
    const stored: Proof = JSON.parse(await readFile(path.join(folder, proof ?? ''), 'utf8'))
    const manifest = await readFile(path.join(folder, 'shop.sql.zst.json'))
    expect(stored).toEqual({
      proofVersion: 1,
      action: 'verify',
      ok: true,
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      durationMs: Date.parse(stored.finishedAt) - Date.parse(stored.startedAt),
      tool: { name: 'pgark', version: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.versions.node },
      backup: { id, manifestSha256: createHash('sha256').update(manifest).digest('hex') },
      isWhole: true,
      definitions: false,
      compared: { tables: 2, rows: 7, digests: 2 },
      findings: [note],
    })
    expect(Date.parse(stored.startedAt)).toBeGreaterThanOrEqual(before)
    expect(proof).toContain(stored.finishedAt.replaceAll(/[-:]/g, ''))
  })

  test('verify() against a database also says which', async () => {
    const { from } = await single()
    await verified(from, { engine: engineWith({ findings: [damage] }), against: true, definitions: true })
    expect(await proofs(from)).toMatchObject([
      {
        action: 'compare',
        ok: false,
        database: { location: 'postgres://app@db/shop_copy', name: 'shop_copy', serverVersion: '17.10' },
        definitions: true,
        compared: { tables: 2, rows: 7, digests: 2 },
        findings: [damage, damage, { code: 'X.DEFINITION' }],
      },
    ])
  })

  test('a database that does not answer any more is told by where it is', async () => {
    const { from } = await single()
    const engine = { ...engineWith(), server: () => Promise.reject(new Error('gone')) }
    await verified(from, { engine, against: true })
    const [proof] = await proofs(from)
    expect(proof?.database).toEqual({ location: 'postgres://app@db/shop_copy' })
  })

  test('restore() says into what, and whether all of it', async () => {
    const { from, id } = await inFolder()
    const { proof } = await restored(from, { id })
    expect(proof).toMatch(new RegExp(`^${id}/proofs/`))
    await restored(from, { id, tables: ['orders'] })
    await restored(from, { id, schemaOnly: true, definitions: true })
    expect((await proofs(from, { id })).toReversed()).toMatchObject([
      {
        action: 'restore',
        ok: true,
        isWhole: true,
        compared: { tables: 2, rows: 7, digests: 2 },
        database: { name: 'shop_copy' },
      },
      { action: 'restore', isWhole: false },
      { action: 'restore', isWhole: false, definitions: true, findings: [{ code: 'X.DEFINITION' }] },
    ])
  })

  test('a restore that was stopped by damage says which', async () => {
    const { from } = await single()
    const error = new PgarkError('DAMAGE.DIGEST', 'No.\nEverything was rolled back.', { meta: { findings: [damage] } })
    await expect(restored(from, { engine: engineWith({ error }) })).rejects.toBe(error)
    expect(await proofs(from)).toMatchObject([{ action: 'restore', ok: false, findings: [damage] }])
    const other = new PgarkError('ARCHIVE.CORRUPT', 'No archive.', { hint: 'use another copy' })
    await expect(restored(from, { engine: engineWith({ error: other }) })).rejects.toBe(other)
    const [newest] = await proofs(from, { newest: true })
    const finding = { severity: 'error', code: 'ARCHIVE.CORRUPT', message: 'No archive.', hint: 'use another copy' }
    expect(newest?.findings).toEqual([finding])
  })

  test('damage that is met before anything else', async () => {
    const folder = await tempFolder()
    const from = file(folder)
    const { engine } = engineDouble({ formats: ['directory'] })
    const ofTwoObjects: Engine = {
      ...engine,
      async backup(request, sink, run) {
        await sink.write('toc.dat', chunksOf('x'))
        return await engine.backup(request, sink, run)
      },
    }
    const { id } = await backup({ engine: ofTwoObjects, to: from })
    await appendFile(path.join(folder, id, 'contents.json'), ' ')
    expect(await verified(from, { id })).toMatchObject({ findings: [{ code: 'DAMAGE.SIZE' }] })
    await expect(restored(from, { id })).rejects.toMatchObject({ code: 'DAMAGE.SIZE' })
    const found = { ok: false, findings: [{ code: 'DAMAGE.SIZE' }] }
    expect(await proofs(from, { id })).toMatchObject([found, found])
  })
})

describe('no proof', () => {
  test('of what failed for another reason', async () => {
    const { from, names } = await single()
    const lost = new PgarkError('ENGINE.CONNECT', 'Nobody is there.')
    for (const error of [lost, new Error('bug'), new PgarkError('RESTORE.STATEMENT', 'No such role.')]) {
      await expect(restored(from, { engine: engineWith({ error }) })).rejects.toBe(error)
      await expect(verified(from, { engine: engineWith({ error }) })).rejects.toBe(error)
    }
    const stopped = AbortSignal.abort(new Error('enough'))
    const waiting = {
      ...engineWith(),
      restore: async (_: unknown, __: unknown, run: { signal: AbortSignal }) => run.signal.throwIfAborted() as never,
    }
    await expect(restored(from, { engine: waiting, signal: stopped })).rejects.toThrow('enough')
    expect(await names()).toEqual([])
  })

  test.each([
    [{ dryRun: true }],
    [{ verify: false }],
    [{ schemaOnly: true }],
    [{ proof: false }],
    [{ engine: engineWith({ findings: [{ severity: 'warning', code: 'RESTORE.NOT_COMPARED', message: '' }] }) }],
  ] satisfies [Partial<RestoreOptions>][])(
    'of a restore that compared nothing, or when nobody wants it: %j',
    async (options) => {
      const { from, names } = await single()
      expect((await restored(from, options)).proof).toBeUndefined()
      expect(await names()).toEqual([])
    },
  )

  test('when nobody wants it', async () => {
    const { from, names } = await single()
    expect((await verified(from, { proof: false })).proof).toBeUndefined()
    expect(await names()).toEqual([])
  })

  test('of damage that a dry run finds: nothing was restored', async () => {
    const { from, names } = await single()
    const error = new PgarkError('DAMAGE.HASH', 'No.')
    await expect(restored(from, { engine: engineWith({ error }), dryRun: true })).rejects.toBe(error)
    expect(await names()).toEqual([])
  })

  test('of what has no manifest: a file of another tool, a stream, an archive in a folder', async () => {
    const { folder, from, names } = await single()
    await rm(path.join(folder, 'shop.sql.zst.json'))
    expect((await verified(from)).proof).toBeUndefined()
    expect((await restored(from)).proof).toBeUndefined()
    expect((await restored(chunksOf('a\n'))).proof).toBeUndefined()
    expect(await names()).toEqual([])
    expect(await proofs(from)).toEqual([])
    const archive = await tempFolder()
    await writeFile(path.join(archive, 'toc.dat'), 'x')
    expect((await verified(file(archive))).proof).toBeUndefined()
    expect(await proofs(file(archive))).toEqual([])
    expect(await everythingIn(archive)).toEqual(['toc.dat'])
  })

  test('of a backup whose manifest cannot be read', async () => {
    const { folder, from, names } = await single()
    await writeFile(path.join(folder, 'shop.sql.zst.json'), '{')
    expect(await verified(from)).toMatchObject({ findings: [{ code: 'DAMAGE.MANIFEST' }], proof: undefined })
    expect(await names()).toEqual([])
  })
})

describe('where it cannot be stored', () => {
  test.each([
    [new PgarkError('DESTINATION.PERMISSION', 'Only for reading.'), 'Only for reading.'],
    [new Error('403'), '403'],
    ['no', 'no'],
  ])('a warning says so, and nothing else changes (%s)', async (reason, said) => {
    const { from, id, folder } = await inFolder()
    const events: RunEvent[] = []
    const refuse = () => {
      throw reason
    }
    const { exporter } = faulty(from, { beforeWrite: refuse })
    const onEvent = (event: RunEvent) => void events.push(event)
    expect(await verified(exporter, { id, onEvent })).toMatchObject({ ok: true, proof: undefined })
    const warning = {
      type: 'warning',
      code: 'PROOF.NOT_WRITTEN',
      message: `What was found could not be stored beside the backup: ${said}`,
      hint: expect.stringContaining('--no-proof'),
    }
    expect(events).toContainEqual(warning)
    expect(events.at(-1)).toMatchObject({ type: 'result', ok: true })
    expect(events.at(-1)).not.toHaveProperty('proof')
    expect((await restored(exporter, { id, onEvent })).proof).toBeUndefined()
    expect(events.filter((event) => event.type === 'warning')).toHaveLength(2)
    expect((await everythingIn(folder)).filter((name) => name.includes('proofs'))).toEqual([])
  })
})

describe('proofs', () => {
  test('are added, never replaced; the newest comes first', async () => {
    const { from, id, folder } = await inFolder()
    const contents = await readFile(path.join(folder, id, 'contents.json'))
    for (const findings of [[], [damage], [note]]) await verified(from, { id, engine: engineWith({ findings }) })
    const found = await proofs(from, { id })
    expect(found.map(({ ok }) => ok)).toEqual([true, false, true])
    expect(found[0]?.findings).toEqual([note])
    expect(await proofs(from, { id, newest: true })).toEqual([found[0]])
    expect(await readFile(path.join(folder, id, 'contents.json'))).toEqual(contents)
  })

  test('are in the way of nothing: not of list(), of the backup itself, of the next one', async () => {
    const { from, id } = await inFolder()
    await verified(from, { id })
    const next = await backup({ engine: engineDouble({ formats: ['custom'] }).engine, to: from })
    await backup({ engine: engineDouble().engine, to: file(path.join(from.location, 'shop.sql.zst')) })
    await verified(file(path.join(from.location, 'shop.sql.zst')))
    const read: string[] = []
    const watched: Exporter = {
      ...from,
      read(key, options) {
        read.push(key)
        return from.read(key, options)
      },
    }
    const listed = await list(watched)
    expect(read.filter((key) => key.includes('proof'))).toEqual([])
    expect(listed.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
    expect(listed.map(({ key }) => key).sort()).toEqual([id, next.id, 'shop.sql.zst'].sort())
    expect(await verified(from, { id })).toMatchObject({ ok: true })
    expect(await proofs(from, { id: next.id })).toEqual([])
  })

  test('of the backup that a file held before are not those of the next', async () => {
    const { from } = await single()
    await verified(from)
    await backup({ engine: engineDouble().engine, to: from, overwrite: true })
    expect(await proofs(from)).toEqual([])
    await verified(from)
    expect(await proofs(from)).toHaveLength(1)
  })

  test('that cannot be read say nothing', async () => {
    const { folder, from } = await single()
    const { proof = '' } = await verified(from)
    const text = await readFile(path.join(folder, proof), 'utf8')
    const other = (name: string) => path.join(folder, `shop.sql.zst.proof-${name}`)
    await writeFile(other('20990101T000000.000Z-0000.json'), text.slice(0, 50))
    await writeFile(other('20990101T000000.001Z-0000.json'), text.replace('"ok": true', '"ok": "yes"'))
    await writeFile(other('notes.txt'), 'x')
    expect(await proofs(from, { newest: true })).toEqual([JSON.parse(text)])
  })

  test('have all of their fields', async () => {
    const { from } = await single()
    await verified(from, { engine: engineWith({ findings: [note] }), against: true })
    const [proof] = await proofs(from)
    expect(proofSchema.parse({ ...proof, fromTheFuture: 1 })).toEqual(proof)
    const optional = new Set(['database', 'name', 'serverVersion', 'hint'])
    const places = [...placesIn(proof)].filter(
      (place) => !/^\d+$/.test(place.at(-1) ?? '') && !(optional.has(place.at(-1) ?? '') && place[0] !== 'tool'),
    )
    expect(places.length).toBeGreaterThan(20)
    for (const place of places)
      expect(proofSchema.safeParse(altered(proof, place, () => undefined)).success, place.join('.')).toBe(false)
  })

  test('are asked for with options', async () => {
    await expect(proofs(7 as never, { last: 1, newest: 'yes', id: '' } as never)).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
      meta: { problems: { length: 4 } },
    })
  })
})
