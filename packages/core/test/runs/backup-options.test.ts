import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type BackupOptions, type Compression, type Exporter, file, isPgarkError } from '../../src/index.ts'
import { resolveBackupOptions } from '../../src/runs/backup-options.ts'
import { tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from './engine-double.ts'

const { engine } = engineDouble({ formats: ['directory', 'custom', 'plain'] })
const folder = file('/nowhere/backups')
const resolve = (options: Partial<BackupOptions> = {}, to: BackupOptions['to'] = folder) =>
  resolveBackupOptions({ engine, to, ...options })

/** Every problem with a call; none when it is right. */
function problems(options: Partial<BackupOptions>, to?: BackupOptions['to']): string[] {
  try {
    resolve(options, to)
    return []
  } catch (error) {
    if (!isPgarkError(error) || error.code !== 'USAGE.OPTIONS') throw error
    return error.message.split('\n')
  }
}
const metadata = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, index) => [`key${index}`, '']))

describe('defaults', () => {
  const byName: [string, string, string][] = [
    ['x.sql', 'plain', 'none'],
    ['x.sql.gz', 'plain', 'gzip'],
    ['x.sql.zst', 'plain', 'zstd'],
    ['x.dump', 'custom', 'zstd'],
    ['backups', 'directory', 'zstd'],
  ]
  for (const [name, format, codec] of byName) {
    test(`of ${name}`, () => {
      expect(resolve({}, file(`/nowhere/${name}`))).toMatchObject({ format, compression: { codec } })
    })
  }
  test('of everything else', () => {
    expect(resolve()).toEqual({
      objectName: undefined,
      format: 'directory',
      compression: { codec: 'zstd' },
      jobs: Math.min(4, availableParallelism()),
      chunkBytes: 256 * 1024 * 1024,
      selection: {},
      metadata: {},
      header: true,
      disableTriggers: false,
      encoding: undefined,
      serializable: false,
      filters: {},
      onOrphans: 'fail',
      filterValues: false,
      renames: { schemas: {}, tables: {} },
      cleaners: [],
    })
  })
})

describe('limits', () => {
  const limits: [string, (value: number) => Partial<BackupOptions>, number, number][] = [
    ['metadata keys', (n) => ({ metadata: metadata(n) }), 0, 64],
    ['characters of a metadata key', (n) => ({ metadata: { ['k'.repeat(n)]: '' } }), 1, 256],
    ['characters of a metadata value', (n) => ({ metadata: { key: 'v'.repeat(n) } }), 0, 4096],
    ['characters of a name', (n) => ({ name: 'n'.repeat(n) }), 1, 100],
    ['jobs', (jobs) => ({ jobs }), 1, 64],
    ['gzip level', (level) => ({ compression: { codec: 'gzip', level } }), 1, 9],
    ['zstd level', (level) => ({ compression: { codec: 'zstd', level } }), 1, 19],
  ]
  for (const [name, options, least, most] of limits) {
    test(`${name}: ${least} to ${most}`, () => {
      for (const fine of [least, least + 1, most - 1, most]) expect(problems(options(fine))).toEqual([])
      expect(problems(options(most + 1))).toHaveLength(1)
      if (least > 0) expect(problems(options(least - 1))).toHaveLength(1)
    })
  }
  test('a level is a whole number, and there is none without compression', () => {
    expect(problems({ compression: { codec: 'zstd', level: 1.5 } })).toEqual([
      'Expected a zstd level of 1 to 19, got 1.5.',
    ])
    expect(problems({ compression: { codec: 'none', level: 1 } })).toHaveLength(1)
  })
  test('a name must fit into a file name when it is encoded', () => {
    expect(problems({ name: '数'.repeat(22) })).toEqual([])
    expect(problems({ name: '数'.repeat(23) })).toHaveLength(1)
  })
})

describe('what does not go together', () => {
  test('every problem is told at once, each with what could be meant', () => {
    const options: Record<string, unknown> = {
      tabels: ['a'],
      schemaOnly: true,
      dataOnly: true,
      excludeTableData: ['x'],
      tables: [''],
      name: '',
      format: 'tar',
      compression: 'lz4',
      metadata: { '': 'x', y: 1 },
    }
    const found = problems(options)
    expect(found).toEqual([
      'Unknown option tabels.',
      'schemaOnly and dataOnly exclude each other.',
      'excludeTableData has no meaning with schemaOnly.',
      'An empty pattern in tables.',
      'Expected metadata keys of 1 to 256 characters.',
      'Expected the metadata y to be text of at most 4096 characters.',
      'Expected a name of 1 to 100 characters, got 0.',
      'The engine double cannot write the format tar.',
      'Expected compression none, gzip or zstd, got lz4.',
    ])
    expect(() => resolve(options)).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(/did you mean tables.*\?\nit writes directory, custom, plain/),
        meta: { problems: expect.arrayContaining([expect.objectContaining({ message: found[0] })]) },
      }),
    )
  })

  const formats: [Partial<BackupOptions>, string][] = [
    [{ disableTriggers: true }, 'disableTriggers has no meaning for an archive.'],
    [{ format: 'plain', jobs: 2 }, 'The format plain is one stream: jobs has no meaning for it.'],
    [{ chunkSizeBytes: 4_194_303 }, 'Expected chunks of at least 4 MB, got 4194303 bytes.'],
    [
      { format: 'custom', chunkSizeBytes: 64 * 1024 * 1024 },
      'The format custom has no chunks: chunkSizeBytes has no meaning for it.',
    ],
  ]
  test.each(formats)('%j', (options, problem) => expect(problems(options)).toEqual([problem]))

  test('a codec is not whatever an object happens to have', () => {
    for (const codec of ['toString', 'constructor']) {
      expect(problems({ compression: codec as 'none' })).toEqual([
        `Expected compression none, gzip or zstd, got ${codec}.`,
      ])
    }
  })

  const files: [string, Partial<BackupOptions>, string][] = [
    ['x.sql', { format: 'custom' }, 'The format custom does not go into a file named x.sql.'],
    ['x.dump', { format: 'plain' }, 'The format plain does not go into a file named x.dump.'],
    ['x.sql', { compression: 'zstd' }, 'zstd does not go into a file named x.sql.'],
    ['x.sql.gz', { compression: { codec: 'zstd', level: 3 } }, 'zstd does not go into a file named x.sql.gz.'],
    ['x.sql.zst', { compression: 'none' }, 'none does not go into a file named x.sql.zst.'],
  ]
  for (const [name, options, problem] of files) {
    test(problem, () => expect(problems(options, file(`/nowhere/${name}`))).toEqual([problem]))
  }
  test('a level for the codec that the name says is fine', () => {
    const compression: Compression = { codec: 'gzip', level: 9 }
    expect(resolve({ compression }, file('/nowhere/x.sql.gz'))).toMatchObject({ compression })
  })
})

describe('filters', () => {
  const filters = { orders: 'SELECT * FROM orders' }
  const cases: [string, Partial<BackupOptions>][] = [
    ['onOrphans has no meaning without filters.', { onOrphans: 'report' }],
    ['filterValues has no meaning without filters.', { filterValues: true }],
    ['filters have no meaning with schemaOnly.', { filters, schemaOnly: true }],
    [
      'onOrphans notValid has no meaning with dataOnly: foreign keys are not in the backup.',
      { filters, dataOnly: true, onOrphans: 'notValid' },
    ],
    ['Expected onOrphans to be fail, report, notValid, got perhaps.', { filters, onOrphans: 'perhaps' as 'fail' }],
  ]
  for (const [problem, options] of cases) test(problem, () => expect(problems(options)).toEqual([problem]))
  test('everything else goes together', () => {
    expect(problems({ filters, onOrphans: 'notValid', filterValues: true })).toEqual([])
    expect(problems({ filters, onOrphans: 'report', dataOnly: true })).toEqual([])
    expect(problems({ filters: {}, onOrphans: 'fail', schemaOnly: true })).toEqual([])
  })
})

describe('several destinations', () => {
  const files = (...names: string[]) => names.map((name) => file(`/nowhere/${name}`))

  test('come to one format and compression', () => {
    expect(resolve({}, files('a.sql.gz', 'b.sql.gz'))).toMatchObject({
      format: 'plain',
      compression: { codec: 'gzip' },
    })
    expect(resolve({}, files('a', 'b'))).toMatchObject({ format: 'directory', compression: { codec: 'zstd' } })
    expect(resolve({ format: 'custom' }, files('a', 'b.dump'))).toMatchObject({ format: 'custom' })
    expect(resolve({ format: 'plain', compression: 'gzip' }, files('a', 'b.sql.gz'))).toMatchObject({ format: 'plain' })
  })
  const differing: [string, string[], string][] = [
    ['format', ['a.sql', 'b'], 'plain for /nowhere/a.sql, directory for /nowhere/b'],
    [
      'format',
      ['a.dump', 'b', 'c.sql'],
      'custom for /nowhere/a.dump, directory for /nowhere/b, plain for /nowhere/c.sql',
    ],
    ['compression', ['a.sql', 'b.sql.zst'], 'none for /nowhere/a.sql, zstd for /nowhere/b.sql.zst'],
  ]
  for (const [what, names, told] of differing) {
    test(`that would differ in their ${what}: ${names}`, () => {
      expect(problems({}, files(...names))).toEqual([
        `All destinations get the same bytes, but their ${what} would differ: ${told}.`,
      ])
    })
  }
  test('each of which does not go together with what was asked for', () => {
    expect(problems({ format: 'directory' }, files('a.sql', 'b', 'c.dump'))).toEqual([
      'The format directory does not go into a file named a.sql.',
      'The format directory has many files, a.sql is one.',
      'The format directory does not go into a file named c.dump.',
      'The format directory has many files, c.dump is one.',
    ])
    expect(problems({ format: 'plain', compression: 'none' }, files('a.sql', 'b.sql.gz', 'c'))).toEqual([
      'none does not go into a file named b.sql.gz.',
    ])
  })
  test('one of them twice, none at all, and what is none', () => {
    expect(problems({}, files('a', 'b', 'a', './a'))).toEqual(['/nowhere/a is given as a destination more than once.'])
    const { identity: _, ...unknown } = folder
    const elsewhere: Exporter = { ...unknown, capabilities: { ...folder.capabilities, local: false } }
    expect(problems({}, [elsewhere, elsewhere])).toHaveLength(1)
    expect(problems({}, [elsewhere, { ...elsewhere }])).toEqual([])
    const server = (name: string) => ({ ...elsewhere, identity: `https://${name}/shop` })
    expect(problems({}, [server('a'), server('b')])).toEqual([])
    expect(problems({}, [server('a'), server('a')])).toHaveLength(1)
    const pipe = { ...elsewhere, capabilities: { ...elsewhere.capabilities, read: false } }
    expect(problems({}, [pipe, { ...pipe }])).toHaveLength(1)
    expect(problems({}, [])).toEqual(['Expected at least one destination.'])
    expect(problems({}, [folder, undefined as never])).toEqual([
      'The destination is not one that this version of @pgark/core can use.',
    ])
  })
})

describe('from JavaScript anything can come', () => {
  const given = (options: object) => problems(options as Partial<BackupOptions>)

  test('no engine, no destination, or of another version', () => {
    expect(given({ engine: undefined, to: undefined })).toEqual(
      expect.arrayContaining([
        'The engine is not one that this version of @pgark/core can use.',
        'The destination is not one that this version of @pgark/core can use.',
      ]),
    )
    expect(given({ engine: { ...engine, specVersion: 2 } })).toHaveLength(1)
    expect(given({ to: { ...folder, specVersion: 2 } })).toHaveLength(1)
  })
  test('patterns that are none', () => {
    expect(given({ tables: 'orders', schemas: [1] })).toEqual([
      'Expected schemas to be a list of patterns.',
      'Expected tables to be a list of patterns.',
    ])
  })
  test('flags that are none', () => {
    expect(given({ schemaOnly: 'no', overwrite: 0 })).toEqual([
      'Expected schemaOnly to be true or false.',
      'Expected overwrite to be true or false.',
    ])
  })
})

test('a single file of another name is plain and not compressed', async () => {
  const location = path.join(await tempFolder(), 'backup')
  await writeFile(location, '')
  expect(resolve({}, file(location))).toMatchObject({ format: 'plain', compression: { codec: 'none' } })
})
