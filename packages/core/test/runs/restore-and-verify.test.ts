import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { backup, type Finding, file, type RestoreOptions, type RunEvent, restore, verify } from '../../src/index.ts'
import { chunksOf, tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from './engine-double.ts'

const warning: Finding = { severity: 'warning', code: 'X.Y', message: 'Hm.' }
const damage: Finding = { severity: 'error', code: 'DAMAGE.ROW_COUNT', message: 'No.' }
/** One that can read the definitions of a backup. */
const withDefinitions = { ...engineDouble().engine, readDefinitions: async () => ({ compare: async () => [] }) }

async function stored() {
  const location = path.join(await tempFolder(), 'shop.sql.zst')
  await backup({ engine: engineDouble().engine, to: file(location) })
  return location
}

describe('restore', () => {
  test('hands the engine a complete request: safe unless asked otherwise', async () => {
    const { engine, requests } = engineDouble()
    const result = await restore({ engine, from: file(await stored()) })
    expect(requests).toEqual([
      {
        selection: { schemaOnly: false, dataOnly: false, noOwner: false, noPrivileges: false },
        onExisting: 'fail',
        createDatabase: false,
        intoNew: false,
        sections: undefined,
        singleTransaction: undefined,
        verify: true,
        jobs: undefined,
        tablespace: undefined,
        unordered: false,
        renames: { schemas: {}, tables: {} },
        allow: undefined,
        analyze: undefined,
        role: undefined,
        dryRun: false,
        consent: undefined,
      },
    ])
    expect(result).toMatchObject({ database: 'target', rows: 7, findings: [], durationMs: expect.any(Number) })
  })

  test('takes a stream, which has no manifest', async () => {
    const { engine } = engineDouble()
    const result = await restore({ engine, from: chunksOf('a\n', 'b\nc\n') })
    expect(result.statements).toBe(3)
  })

  test('rejects with the damage that the engine came across', async () => {
    const location = await stored()
    await appendFile(location, 'x')
    await expect(restore({ engine: engineDouble().engine, from: file(location) })).rejects.toMatchObject({
      code: 'DAMAGE.SIZE',
    })
  })

  test('says in its last event whether all is as in the backup', async () => {
    const from = file(await stored())
    for (const [findings, ok] of [
      [[], true],
      [[warning], true],
      [[warning, damage], false],
      [[{ ...warning, isAllowed: true }], false],
    ] as const) {
      const events: RunEvent[] = []
      const { engine } = engineDouble({ findings })
      await restore({ engine, from, onEvent: (event) => events.push(event) })
      expect(events.at(-1)).toMatchObject({ type: 'result', command: 'restore', ok, findings })
    }
  })

  test('refuses what does not go together before it looks at anything', async () => {
    const options: RestoreOptions & Record<string, unknown> = {
      engine: engineDouble().engine,
      from: file('/nowhere/x.sql'),
      schemaOnly: true,
      dataOnly: true,
      createDatabase: true,
      role: '',
      noOwners: true,
    }
    await expect(restore(options)).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
      message: [
        'Unknown option noOwners.',
        'Expected role to be text, got an empty string.',
        'schemaOnly and dataOnly exclude each other.',
        'A new database has no tables to load rows into: dataOnly and createDatabase exclude each other.',
      ].join('\n'),
      hint: expect.stringContaining('did you mean noOwner?'),
    })
  })

  test.each([
    [{ allow: 'table:a' as never }, 'Expected allow to be a list of kind:name.'],
    [{ allow: ['table:a', 'orders'] }, 'Expected allow to be a list of kind:name.'],
    [{ unordered: true, jobs: 1 }, 'With one connection there is one order: unordered has no meaning.'],
    [{ jobs: 0 }, 'Expected 1 to 64 jobs, got 0.'],
    [{ jobs: 65 }, 'Expected 1 to 64 jobs, got 65.'],
    [
      { jobs: 2, singleTransaction: true },
      'One transaction is one connection: jobs has no meaning with singleTransaction.',
    ],
    [{ jobs: 2, from: chunksOf('a') }, 'A stream is read in order: jobs has no meaning for it.'],
    [{ definitions: true, engine: withDefinitions, dryRun: true }, 'definitions has no meaning with dryRun.'],
    [{ definitions: true, engine: withDefinitions, dataOnly: true }, 'definitions has no meaning with dataOnly.'],
    [
      { definitions: true, engine: withDefinitions, from: chunksOf('a') },
      'definitions has no meaning for a stream, which is read once.',
    ],
    [{ definitions: true }, 'The engine is not one that this version of @pgark/core can use.'],
    [{ sections: ['data', 'more'] as never }, 'Expected sections to be a list of pre-data, data, post-data.'],
    [{ sections: ['data'], dataOnly: true }, 'sections and dataOnly exclude each other.'],
    [{ sections: ['data'], schemaOnly: true }, 'sections and schemaOnly exclude each other.'],
    [
      { intoNew: true, createDatabase: true },
      'intoNew takes the place of a database that is there: createDatabase and intoNew exclude each other.',
    ],
    [
      { intoNew: true, onExisting: 'truncate' },
      'What is there is kept whole, under another name: onExisting and intoNew exclude each other.',
    ],
    ...(['schemaOnly', 'dataOnly'] as const).map((key): [Partial<RestoreOptions>, string] => [
      { intoNew: true, [key]: true },
      `The database would lose what is not restored: ${key} and intoNew exclude each other.`,
    ]),
    [
      { intoNew: true, sections: ['data'] },
      'The database would lose what is not restored: sections and intoNew exclude each other.',
    ],
    [
      { intoNew: true, excludeTables: ['a'], schemas: [] },
      'The database would lose what is not restored: excludeTables and intoNew exclude each other.',
    ],
    [{ onExisting: 'dropp' as never }, 'Expected onExisting to be one of fail, append, truncate, drop, drop-cascade.'],
    [
      { onExisting: 'drop', createDatabase: true },
      'A new database has nothing in it to drop: leave out createDatabase.',
    ],
    [
      { onExisting: 'append', from: chunksOf('a') },
      'onExisting append is for archives that can be read anywhere, not for a stream.',
    ],
    [
      { onExisting: 'drop-cascade', dataOnly: true },
      'onExisting drop-cascade makes objects anew: rows alone cannot be restored so.',
    ],
    [
      { onExisting: 'drop', sections: ['data'] },
      'onExisting drop makes objects anew: rows alone cannot be restored so.',
    ],
    [{ tables: 'orders' as never }, 'Expected tables to be a list of patterns.'],
    [{ schemas: [''] }, 'Expected schemas to be a list of patterns.'],
  ] satisfies [Partial<RestoreOptions>, string][])('refuses %j', async (options, message) => {
    const { engine } = engineDouble()
    await expect(restore({ engine, from: file(await stored()), ...options })).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
      message,
    })
  })

  test.each([1, 64])('takes %i jobs, sections and patterns as they are', async (jobs) => {
    const { engine, requests } = engineDouble()
    await restore({ engine, from: file(await stored()), jobs, sections: ['data'], tables: ['a.*'], excludeTables: [] })
    expect(requests).toMatchObject([{ jobs, sections: ['data'], selection: { tables: ['a.*'] } }])
    expect(requests[0]?.selection).not.toHaveProperty('excludeTables')
  })
})

describe('verify', () => {
  test('answers what the engine found; only errors make it fail', async () => {
    const from = file(await stored())
    expect(await verify({ engine: engineDouble().engine, from })).toMatchObject({ ok: true, findings: [] })
    expect(await verify({ engine: engineDouble({ findings: [warning] }).engine, from })).toMatchObject({ ok: true })
    expect(await verify({ engine: engineDouble({ findings: [damage] }).engine, from })).toMatchObject({
      ok: false,
      findings: [damage],
    })
  })

  test('damage is a finding, not an error', async () => {
    const location = await stored()
    await writeFile(location, '1\n2\n3\n4\n5\n6\n8\n')
    expect(await verify({ engine: engineDouble().engine, from: file(location) })).toMatchObject({
      ok: false,
      findings: [{ severity: 'error', code: 'DAMAGE.HASH' }],
    })
  })

  test('so is a manifest that is damaged; then no more is known of the backup', async () => {
    const location = await stored()
    await appendFile(`${location}.json`, ' ')
    expect(await verify({ engine: engineDouble().engine, from: file(location) })).toEqual({
      location,
      ok: false,
      findings: [
        {
          severity: 'error',
          code: 'DAMAGE.MANIFEST',
          message: 'The manifest shop.sql.zst.json is not what was stored: its checksum differs.',
          hint: expect.any(String),
        },
      ],
      manifest: undefined,
    })
  })

  test('what lies among the objects of a backup and is none of them is told, and no damage', async () => {
    const folder = await tempFolder()
    const { engine } = engineDouble()
    const { id } = await backup({ engine, to: file(folder) })
    const check = () => verify({ engine, from: file(folder), id })
    await mkdir(path.join(folder, id, 'proofs'))
    await writeFile(path.join(folder, id, 'proofs/20261120T100000Z.json'), '{}')
    await writeFile(path.join(folder, 'other.json'), '{}')
    expect(await check()).toMatchObject({ ok: true, findings: [] })
    for (const name of ['7.dat', '1.dat', '2.dat', '3.dat', '4.dat', '5.dat'])
      await writeFile(path.join(folder, id, name), '')
    const told = [1, 2, 3, 4, 5].map((number) => `${id}/${number}.dat`).join(', ')
    expect(await check()).toMatchObject({
      ok: true,
      findings: [
        {
          severity: 'warning',
          code: 'VERIFY.UNLISTED',
          message: `${told} and 1 more: no part of the backup, though among its objects.`,
        },
      ],
    })
  })

  test('what is no damage rejects', async () => {
    const engine = { ...engineDouble().engine, verify: () => Promise.reject(new Error('bug')) }
    await expect(verify({ engine, from: file(await stored()) })).rejects.toThrow('bug')
  })

  test('compares with the database when asked', async () => {
    const from = file(await stored())
    const { engine } = engineDouble({ findings: [warning] })
    const { ok, findings } = await verify({ engine, from, against: true })
    expect(ok).toBe(false)
    expect(findings.map(({ code }) => code)).toEqual(['X.Y', 'COMPARE.ROW_COUNT'])
  })

  test('tells its result as an event, with what the manifest promises', async () => {
    const events: RunEvent[] = []
    const from = file(await stored())
    await verify({ engine: engineDouble().engine, from, onEvent: (event) => events.push(event) })
    expect(events).toMatchObject([
      { type: 'phase', name: 'check' },
      { type: 'result', command: 'verify', ok: true, totals: { rows: 7, tables: 2 } },
    ])
  })
})
