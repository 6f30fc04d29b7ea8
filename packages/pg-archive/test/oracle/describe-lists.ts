import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type EntrySelection,
  fromList,
  isListed,
  parallelOrder,
  readToc,
  restoreOrder,
  selectEntries,
  type TocEntry,
  toList,
  writeToc,
} from '../../src/index.ts'
import {
  dump,
  idsOf,
  type OracleMajor,
  pgRestore,
  type StockArchive,
  stockArchives,
  tocBytes,
} from './stock-archives.ts'

const ids = (entries: readonly TocEntry[]) => entries.map(({ dumpId }) => dumpId)
/** An archive before 1.15 says a level, not an algorithm; older programs print it so. */
const withoutCompression = (list: string) => list.replace(/^; {5}Compression: .*$/m, '')

/** Judges lists, selections and orders by pg_restore, on archives by pg_dump of that major. */
export function describeLists(major: OracleMajor): void {
  describe(`archives of pg_dump ${major}`, () => {
    let server: TestServer
    let folder: string
    let archives: readonly StockArchive[]
    beforeAll(async () => {
      server = await startServer(major)
      archives = await stockArchives(server)
      folder = await mkdtemp(path.join(tmpdir(), 'pgark-lists-'))
    })
    afterAll(async () => {
      await server?.stop()
      for (const made of [folder, path.dirname(archives?.[0]?.location ?? '')]) {
        if (made && made !== '.') await rm(made, { recursive: true, force: true })
      }
    })
    const customs = () => archives.filter(({ format }) => format === 'custom')

    test('what is read is written byte for byte: tables of contents of every format and compression', async () => {
      const same = (bytes: Buffer, name: string) => {
        const toc = readToc(bytes)
        expect(writeToc(toc).equals(bytes.subarray(0, toc.tocEnd)), name).toBe(true)
        return toc.header.compression.algorithm
      }
      // pg_dump compresses with gzip where nothing else is asked for, tar files never.
      for (const { location, format, dataSet } of archives) {
        const algorithm = same(await tocBytes(location, format), `${dataSet}, ${format}`)
        expect(algorithm).toBe(format === 'tar' ? 'none' : 'gzip')
      }
      // Before 16 it only takes levels of gzip.
      const others = major >= 16 ? ['none', 'gzip:9', 'lz4', 'zstd', 'zstd:19'] : ['0', '9']
      for (const format of ['custom', 'directory'] as const) {
        for (const [at, compress] of others.entries()) {
          const location = path.join(folder, `${format}-${at}`)
          await dump(server, 'objects', location, `--format=${format}`, `--compress=${compress}`)
          const algorithm = same(await tocBytes(location, format), `${format}, ${compress}`)
          if (major >= 16) expect(algorithm).toBe(compress.split(':')[0])
        }
      }
    })

    test('our list is that of pg_restore, of the newest and of the same major', async () => {
      for (const { location, archive, format, dataSet } of archives) {
        const ours = toList(archive, format === 'tar' ? { format } : {})
        const theirs = async (by: OracleMajor) => (await pgRestore(by, ['--list', location])).replace(' UTC\n', '\n')
        expect(ours, `${dataSet}, ${format}`).toBe(await theirs(18))
        expect(withoutCompression(ours)).toBe(withoutCompression(await theirs(major)))
      }
    })

    test('a list of theirs is read; one of ours, turned round and thinned out, they take as we do', async () => {
      for (const { location, archive } of customs()) {
        const theirs = await pgRestore(major, ['--list', location])
        expect(ids(fromList(archive, theirs).filter(isListed))).toEqual(idsOf(theirs))
        const lines = toList(archive).split('\n').toReversed()
        const edited = lines.map((line, at) => (at % 3 === 0 ? `;${line}` : line)).join('\n')
        const file = path.join(folder, 'edited.list')
        await writeFile(file, `${edited}\n${lines[1]}\n`)
        const taken = idsOf(await pgRestore(major, ['--list', `--use-list=${file}`, location]))
        expect(ids(fromList(archive, edited).filter(isListed))).toEqual(taken)
        expect(taken.length).toBeGreaterThan(5)
      }
    })

    test('a selection is what pg_restore selects', async () => {
      for (const { location, archive, dataSet } of customs()) {
        const selections = selectionsFor(archive.entries)
        expect(selections.length).toBeGreaterThan(12)
        for (const [args, selection] of selections) {
          const theirs = await pgRestore(major, ['--list', ...args, location])
          const ours = selectEntries(archive.entries, selection)
          const listed = ours.filter((entry) => isListed(entry) || selection.database)
          const setUp = (entry: TocEntry) => ['ENCODING', 'STDSTRINGS', 'SEARCHPATH'].includes(entry.description ?? '')
          const shown = listed.filter((entry) => !setUp(entry))
          expect(ids(shown), `${dataSet} ${args.join(' ')}`).toEqual(idsOf(theirs))
        }
      }
    })

    test('the order is that of a script by pg_restore; event triggers wait for what it refreshes', async () => {
      for (const { location, archive } of customs()) {
        const script = await pgRestore(major, ['--verbose', '--file=-', location])
        const theirs = [...new Set([...script.matchAll(/^-- TOC entry (\d+) /gm)].map(([, id]) => Number(id)))]
        const order = restoreOrder(archive.entries)
        const { preData, data, postData, privileges, refreshes, eventTriggers } = order
        const sure = ids([...preData, ...data, ...postData, ...privileges])
        expect(sure).toEqual(theirs.slice(0, sure.length))
        expect(theirs.slice(sure.length).filter((id) => !ids(eventTriggers).includes(id))).toEqual(ids(refreshes))
        expect(theirs.toSorted()).toEqual(ids(archive.entries.filter(isListed)).toSorted())
      }
    })

    test('several connections: every entry once, and nothing after rows before its rows', () => {
      for (const { archive } of customs()) {
        const order = parallelOrder(archive.entries)
        const passes = [order.main, order.privileges, order.refreshes, order.eventTriggers]
        const steps = passes.flat()
        const all = [...ids(order.preData), ...steps.map(({ entry }) => entry.dumpId)]
        expect(all.toSorted()).toEqual(ids(archive.entries.filter(isListed)).toSorted())
        const rows = new Map(
          archive.entries.flatMap(({ description, dependencies: [table], dumpId }) =>
            description === 'TABLE DATA' ? [[table, dumpId]] : [],
          ),
        )
        for (const { entry, after } of order.main.filter((step) => step.entry.section === 'post-data')) {
          const awaited = entry.dependencies.flatMap((id) => rows.get(id) ?? [])
          expect(after).toEqual(expect.arrayContaining(awaited))
        }
      }
    })

    test('what is selected with its needs restores into an empty database', async () => {
      for (const [dataSet, name] of needs) {
        const made = customs().find((candidate) => candidate.dataSet === dataSet)
        if (!made) continue
        const { archive, location } = made
        const entries = selectEntries(archive.entries, { tables: [name], withNeeds: true })
        const file = path.join(folder, 'needed.list')
        await writeFile(file, toList({ ...archive, entries }))
        await server.query('DROP DATABASE IF EXISTS needed')
        await server.createDatabase('needed', 'TEMPLATE template0')
        const options = ['--exit-on-error', '--single-transaction', '--dbname=needed', `--use-list=${file}`]
        await pgRestore(major, [...options, location], server)
        expect(entries.some(({ tag }) => tag === name)).toBe(true)
        const { rows } = await server.query(`SELECT 1 FROM pg_class WHERE relname = '${name}'`, 'needed')
        expect(rows.length, `${dataSet} ${name}`).toBeGreaterThan(0)
      }
    })
  })
}

/** Views over tables, cyclic keys, partitions, sequences, inheritance, own types, things of extensions. */
const needs = [
  ['objects', 'v1'],
  ['objects', 'c1'],
  ['objects', 'part_2021_x'],
  ['objects', 'mv'],
  ['objects', 'ft'],
  ['archives', 'part_ref'],
  ['archives', 'ident_s_seq'],
  ['northwind', 'orders'],
  ['pagila', 'rental'],
] as const

/** Arguments of pg_restore, and what they are to us, about things that are in the archive. */
function selectionsFor(entries: readonly TocEntry[]): [string[], EntrySelection][] {
  const of = (...kinds: string[]) => entries.filter(({ description = '' }) => kinds.includes(description))
  const tags = (found: readonly TocEntry[]) => found.map(({ tag = '' }) => tag)
  const schemas = [...new Set(of('TABLE').map(({ schema = '' }) => schema))]
  const relations = of('TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE', 'SEQUENCE')
  const some = tags(relations).filter((_, at) => at % 4 === 0)
  const [index, routine, trigger] = [of('INDEX'), of('FUNCTION', 'PROCEDURE', 'AGGREGATE'), of('TRIGGER')].map(
    (found) => tags(found).slice(0, 2),
  )
  const given = (flag: string, names: readonly string[] = []) => names.map((name) => `--${flag}=${name}`)
  const firstSchema = schemas.slice(0, 1)
  return [
    [[], {}],
    [['--create'], { database: true }],
    [['--schema-only'], { only: 'definitions' }],
    [['--data-only'], { only: 'data' }],
    [['--no-privileges'], { excludeKinds: ['ACL', 'DEFAULT ACL'] }],
    [['--no-comments'], { excludeKinds: ['COMMENT'] }],
    ...(['pre-data', 'data', 'post-data'] as const).map((section): [string[], EntrySelection] => [
      [`--section=${section}`],
      { sections: [section] },
    ]),
    ...schemas.map((schema): [string[], EntrySelection] => [given('schema', [schema]), { schemas: [schema] }]),
    [given('exclude-schema', firstSchema), { excludeSchemas: firstSchema }],
    [given('table', some), { tables: some }],
    [[...given('table', some), ...given('schema', firstSchema)], { tables: some, schemas: firstSchema }],
    [[...given('table', some), '--section=data'], { tables: some, sections: ['data'] }],
    [[...given('schema', schemas), '--section=post-data'], { schemas, sections: ['post-data'] }],
    [[...given('schema', schemas), '--data-only'], { schemas, only: 'data' }],
    ...(index?.length ? [[given('index', index), { indexes: index }] as [string[], EntrySelection]] : []),
    ...(routine?.length
      ? [
          [[...given('function', routine), ...given('table', some)], { functions: routine, tables: some }] as [
            string[],
            EntrySelection,
          ],
        ]
      : []),
    ...(trigger?.length ? [[given('trigger', trigger), { triggers: trigger }] as [string[], EntrySelection]] : []),
  ]
}
