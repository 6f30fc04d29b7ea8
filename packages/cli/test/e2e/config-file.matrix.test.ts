import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jsonLines, pgark, type Run, type RunOptions } from './support/run-pgark.ts'

let server: TestServer
let cwd: string
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(
    'CREATE TABLE orders AS SELECT i AS id FROM generate_series(1, 100) i; CREATE TABLE audit (x int)',
    'shop',
  )
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-config-'))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

const configure = (config: object | string, name = 'pgark.config.json') =>
  writeFile(path.join(cwd, name), typeof config === 'string' ? config : JSON.stringify(config))
const run = (args: string[], options: RunOptions = {}) => pgark(args, { cwd, ...options })
const listed = async (place: string): Promise<{ key: string; manifest: { id: string; metadata: object } }[]> =>
  JSON.parse((await run(['list', place, '--json'])).stdout)
const refusal = (expected: string | RegExp) => ({ code: 2, stdout: '', stderr: expect.stringMatching(expected) })
const shop = () => ({
  databases: { shop: server.url('shop') },
  destinations: { nightly: { url: 'backups' }, copies: 'copies' },
  backups: {
    nightly: {
      database: 'shop',
      to: 'nightly',
      excludeTables: ['audit'],
      metadata: { type: 'nightly' },
      format: 'custom',
      header: false,
      jobs: 1,
    },
  },
})

describe('names', () => {
  test('stand for databases and destinations in every command', async () => {
    await configure(shop())
    const backup = await run(['backup', 'shop', '--to', 'nightly', '--to', 'copies/shop.sql'])
    expect(backup).toMatchObject(refusal('format would differ'))
    await mkdir(path.join(cwd, 'copies'))
    const made = await run(['backup', 'shop', '--to', 'nightly'])
    expect(made).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('(from databases.shop of pgark.config.json)'),
    })
    const [backupHere] = await listed('nightly')
    expect(await readdir(path.join(cwd, 'backups'))).toContain(`${backupHere?.key}.json`)
    expect(await run(['backup', 'shop', '--to', 'copies/one.sql'])).toMatchObject({ code: 0 })
    expect(await readdir(path.join(cwd, 'copies'))).toEqual(['one.sql', 'one.sql.json'])
    for (const args of [
      ['show', 'nightly/latest'],
      ['verify', 'nightly/latest', '--against', 'shop'],
      ['verify', `nightly/${backupHere?.key}`],
      ['test', 'copies'],
      ['doctor', 'shop', '--to', 'nightly', '--target', 'shop'],
      ['copy', 'nightly', 'copies'],
      ['copy', 'nightly/latest', './elsewhere'],
      ['prune', 'copies', '--keep-last', '1', '--yes'],
    ]) {
      expect([args, await run(args)]).toMatchObject([args, { code: args[0] === 'doctor' ? 3 : 0 }])
    }
    expect(await readdir(path.join(cwd, 'copies'))).toContain(`${backupHere?.key}.json`)
    // The file is the newer one.
    expect(await run(['remove', 'copies/latest', '--yes'])).toMatchObject({ code: 0 })
    expect(await readdir(path.join(cwd, 'copies'))).toEqual([backupHere?.key, `${backupHere?.key}.json`])
  })

  test('a database that is written to may be one, as text or as options', async () => {
    const options = { host: '127.0.0.1', port: server.port, user: 'postgres', database: 'by_options' }
    await configure({ ...shop(), databases: { shop: server.url('shop'), text: server.url('by_text'), options } })
    await run(['backup', 'shop', '--to', 'nightly'])
    for (const name of ['text', 'options']) {
      const restored = await run(['restore', 'nightly/latest', '--to', name, '--create-database'])
      expect(restored).toMatchObject({ code: 0 })
      expect((await compareDatabases(server, 'shop', `by_${name}`)).differences).toEqual([])
    }
    await configure({ databases: { none: 'postgres://127.0.0.1' } })
    expect(await run(['restore', '-', '--to', 'none'])).toMatchObject(refusal('--to names no database'))
  })

  test('a name comes before a folder that is called so, which is said; ./ is the folder', async () => {
    await configure(shop())
    await mkdir(path.join(cwd, 'nightly'))
    const named = await run(['backup', 'shop', '--to', 'nightly'])
    expect(named.stderr).toContain('nightly is the destination of pgark.config.json; ./nightly is what is here\n')
    expect(await readdir(path.join(cwd, 'nightly'))).toEqual([])
    expect(await run(['backup', 'shop', '--to', './nightly'])).toMatchObject({ code: 0 })
    expect(await readdir(path.join(cwd, 'nightly'))).toHaveLength(2)
    expect(await listed('nightly')).toHaveLength(1)
  })

  test('misspelt ones are refused, and become no folders', async () => {
    await configure(shop())
    const expected = refusal(
      /nihgtly is no destination of pgark\.config\.json.*\nhint: did you mean nightly\? for a new folder write \.\/nihgtly/,
    )
    expect(await run(['backup', 'shop', '--to', 'nihgtly'])).toMatchObject(expected)
    expect(await run(['list', 'nihgtly'])).toMatchObject(expected)
    expect(await run(['backup', 'shpo', '--to', 'nightly'])).toMatchObject(
      refusal(/nor a name in pgark\.config\.json\.\nhint: .*the names are shop/),
    )
    expect(await run(['verify', 'nightly'])).toMatchObject(refusal(/not a backup\.\nhint: write nightly\/latest/))
    expect(await readdir(cwd)).toEqual(['pgark.config.json'])
    await configure({ databases: { shop: server.url('shop') } })
    expect(await run(['backup', 'shop', '--to', 'nihgtly'])).toMatchObject({ code: 0 })
  })

  test('without a config file, or with --no-config, a name is none', async () => {
    expect(await run(['backup', server.url('shop'), '--to', 'nightly'])).toMatchObject({ code: 0 })
    expect(await readdir(cwd)).toEqual(['nightly'])
    await configure(shop())
    expect(await run(['list', 'nightly', '--no-config', '--json'])).toMatchObject({
      stdout: expect.stringContaining('"state"'),
    })
    expect(await run(['backup', 'shop', '--to', 'nightly', '--no-config'])).toMatchObject(refusal('neither a URL nor'))
  })

  test('one that is not set is refused where it is used', async () => {
    const code =
      'export default { databases: { shop: process.env.SHOP_URL }, destinations: { there: process.env.PLACE } }'
    await configure(code, 'pgark.config.mjs')
    const notSet = /(databases\.shop|destinations\.there) is not set in pgark\.config\.mjs\.\nhint: is the environment/
    expect(await run(['backup', 'shop', '--to', 'x.sql'])).toMatchObject(refusal(notSet))
    expect(await run(['list', 'there'])).toMatchObject(refusal(notSet))
    expect(await run(['backup', server.url('shop'), '--to', './x.sql'])).toMatchObject({ code: 0 })
    await writeFile(path.join(cwd, 'variables'), `SHOP_URL=${server.url('shop')}\nPLACE=./place\n`)
    const set = await run(['backup', 'shop', '--to', 'there', '--env-file', 'variables'])
    expect(set).toMatchObject({ code: 0 })
    expect(await readdir(cwd)).toContain('place')
  })
})

describe('run', () => {
  const ofManifest = (of: Run) => jsonLines(of).findLast(({ command }) => command === 'backup')

  test('backs up as the config says', async () => {
    await configure(shop())
    const result = ofManifest(await run(['run', 'nightly', '--json']))
    expect(result).toMatchObject({ ok: true, tables: [{ name: 'orders', rows: 100 }] })
    const [backup] = await listed('nightly')
    expect(backup?.manifest).toMatchObject({ format: 'custom', metadata: { type: 'nightly' } })
  })

  test('every flag overrides it: lists are replaced, metadata is added to', async () => {
    const missing = { url: 'vault://is-not-installed/' }
    await configure({ ...shop(), destinations: { nightly: missing } })
    expect(await run(['run', 'nightly'])).toMatchObject(refusal('destinations.nightly: vault:// needs the package'))
    const flags = [
      '--format',
      'directory',
      '--exclude-table',
      'nothing*',
      '--metadata',
      'reason=test',
      '--to',
      './here',
    ]
    expect(await run(['run', 'nightly', ...flags])).toMatchObject(refusal('USAGE.SELECTION'))
    flags[3] = 'orders'
    const result = ofManifest(await run(['run', 'nightly', ...flags, '--json']))
    expect(result).toMatchObject({ ok: true, tables: [{ name: 'audit' }] })
    expect(await listed('./here')).toMatchObject([
      { manifest: { format: 'directory', metadata: { type: 'nightly', reason: 'test' } } },
    ])
    expect(await readdir(cwd)).not.toContain('backups')
    const wrong = await run(['run', 'nightly', '--to', './here', '--jobs', '4', '--name', ''])
    expect(wrong).toMatchObject(refusal(/a name of 1 to 100[\s\S]*custom is one stream: --jobs has no meaning/))
  })

  describe('filters', () => {
    const condition = (text: string) => ({ text: [text], parts: [] })
    const configureSome = (filters: object, options: object = {}) =>
      configure({ ...shop(), backups: { nightly: { database: 'shop', to: 'nightly', filters, ...options } } })
    const rowsOf = async (...flags: string[]) => ofManifest(await run(['run', 'nightly', '--json', ...flags]))?.tables

    test('are replaced by flags for the same table, however it is written', async () => {
      await configureSome({ orders: condition('id <= 10') }, { tables: ['orders'] })
      expect(await rowsOf()).toMatchObject([{ rows: 10 }])
      expect(await rowsOf('--where', 'public.orders: id <= 20')).toMatchObject([{ rows: 20 }])
      const told = await run(['run', 'nightly', '--where', 'public."orders": id <= 20'])
      expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining('takes the place of that for orders') })
    })

    test('are checked and estimated by the name of the backup, with flags on top', async () => {
      const options = { excludeTables: ['audit'], lockTimeoutMs: 5000, format: 'custom', jobs: 1, header: false }
      const missing = { nightly: 'vault://is-not-installed/' }
      const filters = { orders: condition('id <= 10') }
      const nightly = { database: 'shop', to: 'nightly', filters, ...options }
      await configure({ ...shop(), destinations: missing, backups: { nightly, whole: { ...nightly, filters: {} } } })
      const one = { code: 0, stdout: 'ok: 1 filter checked by the server\n' }
      expect(await run(['validate', '--backup', 'nightly'])).toMatchObject(one)
      expect(await run(['validate', '--backup', 'nightly', '--where', 'public.orders: true'])).toMatchObject(one)
      expect(await run(['validate', 'shop', '--backup', 'whole', '--where', 'orders: true'])).toMatchObject(one)
      const estimated = async (...flags: string[]) =>
        jsonLines(await run(['estimate', '--backup', 'nightly', '--exact', '--json', ...flags])).at(-1)?.tables
      expect(await estimated()).toMatchObject([{ name: 'orders', rows: 10, allRows: 100 }])
      expect(await estimated('--where', 'orders: id <= 3')).toMatchObject([{ name: 'orders', rows: 3 }])
      expect(await run(['validate', 'shop'])).toMatchObject(refusal(/--where is missing\.\nhint: .*--backup nightly/))
      expect(await run(['validate', '--backup', 'whole'])).toMatchObject(refusal('backups.whole has none'))
      expect(await run(['estimate', '--backup', 'nightyl'])).toMatchObject(refusal('did you mean nightly'))
      await configureSome({ orders: condition('idd <= 10') })
      expect(await run(['validate', '--backup', 'nightly'])).toMatchObject(refusal(/USAGE\.FILTER: .*orders.*idd/))
    })

    test('keep their name in messages where they are not those of flags', async () => {
      await configureSome({ gone: condition('true') })
      expect(await run(['run', 'nightly'])).toMatchObject(refusal('the pattern gone of filters.'))
      const both = await run(['run', 'nightly', '--where', 'nowhere: true', '--exclude-table', 'lost'])
      expect(both).toMatchObject(refusal('the pattern lost of --exclude-table'))
      const where = await run(['run', 'nightly', '--where', 'nowhere: true'])
      expect(where).toMatchObject(refusal(/pattern gone of filters\.[\s\S]*pattern nowhere of --where\./))
      expect(await run(['run', 'nightly', '--schema-only'])).toMatchObject(
        refusal('filters have no meaning with --schema-only.'),
      )
      const flags = ['--where', 'orders: true', '--schema-only']
      expect(await run(['backup', 'shop', '--to', './x.sql', ...flags])).toMatchObject(
        refusal('--where has no meaning with --schema-only.'),
      )
    })
  })

  test('what a cleaner of the file leaves out is shown', async () => {
    const cleaner =
      "{ specVersion: 1, name: 'no-audit', clean: (given) => given.kind === 'TABLE' && given.name === 'audit' ? undefined : given }"
    const backups = `{ nightly: { database: 'shop', to: './x.sql', cleaners: [${cleaner}] } }`
    const databases = JSON.stringify(shop().databases)
    await configure(`export default { databases: ${databases}, backups: ${backups} }`, 'pgark.config.mjs')
    expect(await run(['run', 'nightly'])).toMatchObject({ code: 0 })
    expect((await run(['show', 'x.sql'])).stdout).toMatch(/^left out +TABLE public\.audit, by no-audit$/m)
  })

  test('jobs and chunks of the file are for its own format', async () => {
    const nightly = { database: 'shop', to: 'nightly', jobs: 2, chunkSizeBytes: 4194304 }
    await configure({ ...shop(), backups: { nightly } })
    expect(await run(['run', 'nightly', '--to', './x.sql'])).toMatchObject({ code: 0 })
    expect(await run(['run', 'nightly', '--to', './y.sql', '--format', 'plain'])).toMatchObject({ code: 0 })
    const asked = await run(['run', 'nightly', '--to', './z.sql', '--jobs', '2'])
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('--jobs has no meaning for it') })
    expect(await run(['run', 'nightly'])).toMatchObject({ code: 0 })
  })

  test('from wherever the file is: folders are beside it', async () => {
    await configure(shop())
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'pgark-elsewhere-'))
    const file = path.join(cwd, 'pgark.config.json')
    expect(await run(['run', 'nightly', '--config', file], { cwd: elsewhere })).toMatchObject({ code: 0 })
    expect(await readdir(elsewhere)).toEqual([])
    await rm(elsewhere, { recursive: true })
    expect(await listed('nightly')).toHaveLength(1)
  })

  test('a dry run stores nothing and prunes nothing', async () => {
    await configure({
      ...shop(),
      destinations: { nightly: { url: 'backups', retention: { keepLast: 1 }, prune: true } },
    })
    const dry = await run(['run', 'nightly', '--dry-run'])
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('orders') })
    expect(await readdir(cwd)).toEqual(['pgark.config.json'])
  })

  test('names that are not there, and no file', async () => {
    expect(await run(['run', 'nightly'])).toMatchObject(refusal(/There is no config file here.*\nhint: pgark init/))
    await configure(shop())
    expect(await run(['run', 'nightyl'])).toMatchObject(refusal(/no backup nightyl .*\nhint: did you mean nightly/))
    expect(await run(['run'])).toMatchObject(
      refusal(/Which backup\?.*\nhint: in pgark\.config\.json there are nightly/),
    )
    expect(await run(['run', 'nightly', '--tabel', 'x', '--config', 'gone.ts'])).toMatchObject(
      refusal(/USAGE\.CONFIG: gone\.ts: There is no such file/),
    )
  })
})

describe('retention', () => {
  const withRetention = (prune: boolean) => ({
    ...shop(),
    destinations: { nightly: { url: 'backups', retention: { keepLast: 1 }, prune } },
  })

  test('run prunes only where it is told to', async () => {
    await configure(withRetention(false))
    for (const _ of [1, 2, 3]) expect(await run(['run', 'nightly', '--quiet'])).toMatchObject({ code: 0 })
    expect(await listed('nightly')).toHaveLength(3)
    await configure(withRetention(true))
    const pruned = await run(['run', 'nightly', '--json'])
    const [newest, ...others] = await listed('nightly')
    expect(others).toEqual([])
    expect(jsonLines(pruned).find(({ command }) => command === 'backup')).toMatchObject({ id: newest?.manifest.id })
    expect(jsonLines(pruned).at(-1)).toMatchObject({ command: 'prune', removed: { length: 3 } })
    expect(await run(['run', 'nightly', '--quiet', '--to', './other'])).toMatchObject({ code: 0 })
    expect(await listed('nightly')).toEqual([newest])
  })

  test('what cannot be pruned is told, and the backup is there: exit 4', async () => {
    await configure(withRetention(true))
    await run(['run', 'nightly'])
    await writeFile(path.join(cwd, 'backups', 'shop-20260101T000000Z-0000.json'), '{')
    const told = await run(['run', 'nightly', '--quiet'])
    expect(told).toMatchObject({ code: 4, stderr: expect.stringContaining('DAMAGE.UNREADABLE: Nothing is removed') })
    const listing = await run(['list', 'nightly', '--json'])
    expect(JSON.parse(listing.stdout)).toHaveLength(3)
  })

  test('prune goes by it unless a rule is given', async () => {
    await configure(withRetention(false))
    for (const _ of [1, 2, 3]) await run(['run', 'nightly', '--quiet'])
    const plan = async (...flags: string[]) => {
      const dry = await run(['prune', ...flags, '--dry-run', '--json'])
      return JSON.parse(dry.stdout.trim().split('\n').at(-1) ?? '').plan.groups[0].backups
    }
    const kept = (backups: { reasons: { rule: string }[] }[]) => backups.filter(({ reasons }) => reasons.length > 0)
    expect(kept(await plan('nightly'))).toHaveLength(1)
    expect(kept(await plan('nightly', '--keep-last', '2'))).toHaveLength(2)
    expect(await run(['prune', './backups', '--dry-run'])).toMatchObject(refusal('No rule keeps anything'))
    expect(await run(['prune', 'nightly', '--time-zone', 'Nowhere'])).toMatchObject(refusal('no time zone Nowhere'))
    expect(await run(['prune', 'nightly'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('REFUSED.CONSENT'),
    })
    expect(await run(['prune', 'nightly', '--yes'])).toMatchObject({ code: 0 })
    expect(await listed('nightly')).toHaveLength(1)
  })
})
