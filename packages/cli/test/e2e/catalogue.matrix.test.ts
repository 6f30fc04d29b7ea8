import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compareDatabases, startFaultyProxy, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { jsonLines, pgark } from './support/run-pgark.ts'
import { installPackage, openedAndClosed, vaultPlugin } from './support/vault-plugin.ts'

const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT i, md5(i::text) FROM generate_series(1, 60000) i`

let server: TestServer
/** Three backups in a folder, the oldest first, which every test has for itself. */
let prepared: string
let url: string
let ids: readonly string[]
let cwd: string
let copies = 0
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
  prepared = await mkdtemp(path.join(tmpdir(), 'pgark-catalogue-'))
  for (const format of ['directory', 'custom', 'directory']) {
    const run = await pgark(['backup', url, '--to', 'backups', '--format', format], { cwd: prepared })
    expect(run).toMatchObject({ code: 0 })
  }
  const listed = await pgark(['list', 'backups', '--json'], { cwd: prepared })
  ids = JSON.parse(listed.stdout).map(({ key }: { key: string }) => key)
  return () => rm(prepared, { recursive: true })
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-catalogue-'))
  await cp(prepared, cwd, { recursive: true, preserveTimestamps: true })
  await installPackage(cwd, 'pgark-exporter-vault', vaultPlugin(cwd))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

const run = (...args: string[]) => pgark(args, { cwd })
async function listed(place: string): Promise<string[]> {
  const { stdout } = await run('list', place, '--json')
  return JSON.parse(stdout).map(({ key, state }: { key: string; state: string }) => `${key} ${state}`)
}
const complete = (...keys: (string | undefined)[]) => keys.map((key) => `${key} complete`)
const place = 'vault://safe/shop?region=x'

/** Makes a backup that something befalls amid its rows; it fails. */
async function throughProxy(befalls: (proxy: Awaited<ReturnType<typeof startFaultyProxy>>, pid: number) => void) {
  const proxy = await startFaultyProxy(server.port)
  onTestFinished(() => proxy.stop())
  let pid = 0
  // Behind the definitions, before the last row.
  proxy.when('server', 1_500_000, () => befalls(proxy, pid))
  const far = new URL(url)
  far.port = String(proxy.port)
  const act = (started: number) => {
    pid = started
  }
  const failed = await pgark(['backup', far.href, '--to', 'backups'], { cwd, on: { text: 'database: ', act } })
  expect(failed.code).not.toBe(0)
}

describe('copy', () => {
  test('a folder to a place far away and one back, which restores; the status before and after', async () => {
    expect(await run('copy', 'backups', place, '--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${ids[0]} +pending +yes `, 'm')),
    })
    expect(await listed(place)).toEqual([])
    const copied = await run('copy', 'backups', place)
    expect(copied).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${ids[2]} +copied +yes +yes`, 'm')),
    })
    expect(copied.stderr).toContain(`copied ${ids[0]}, `)
    expect(await listed(place)).toEqual(complete(...ids))
    expect((await run('copy', 'backups', place)).stdout.match(/ same /g)).toHaveLength(3)

    expect(await run('copy', 'vault://safe/shop/latest?region=x', 'back')).toMatchObject({ code: 0 })
    expect(await listed('back')).toEqual(complete(ids[2]))
    const copy = `copy_${++copies}`
    const restored = await run('restore', `back/${ids[2]}`, '--to', server.url(copy), '--create-database')
    expect(restored).toMatchObject({ code: 0 })
    expect((await compareDatabases(server, 'shop', copy)).differences).toEqual([])
    const { opened, closed } = await openedAndClosed(cwd)
    expect(closed).toBe(opened)
  })

  test('one of a custom archive into a file, which restores and verifies', async () => {
    expect(await run('copy', `backups/${ids[1]}`, 'shop.dump')).toMatchObject({ code: 0 })
    expect(await run('verify', 'shop.dump')).toMatchObject({ code: 0, stdout: expect.stringContaining('ok: ') })
    expect(await run('copy', 'shop.dump', place)).toMatchObject({ code: 0 })
    const verified = await run('verify', `vault://safe/shop/${ids[1]}?region=x`)
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('ok: ') })
    const refused = await run('copy', `backups/${ids[0]}`, 'other.dump')
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('REFUSED.FORMAT') })
  })

  test('--move leaves nothing here', async () => {
    expect(await run('copy', 'backups', place, '--move')).toMatchObject({ code: 0 })
    expect(await readdir(path.join(cwd, 'backups'))).toEqual([])
    expect(await listed(place)).toEqual(complete(...ids))
  })

  test('--move takes nothing from where it would be copied to, and tells what it could not remove', async () => {
    expect(await run('copy', `backups/${ids[1]}`, 'backups/x.dump')).toMatchObject({ code: 0 })
    const before = await readdir(path.join(cwd, 'backups'))
    await symlink('backups', path.join(cwd, 'link'))
    for (const [from, to] of [
      ['backups/x.dump', 'backups'],
      ['backups', 'link'],
    ] as const) {
      expect(await run('copy', from, to, '--move')).toMatchObject({ code: 2 })
    }
    // The same place by a URL.
    await run('copy', 'backups', place)
    const inVault = path.join(cwd, 'vault/safe/shop')
    expect(await run('copy', inVault, 'vault://safe/shop/../shop/?region=x', '--move')).toMatchObject({ code: 2 })
    expect(await listed(place)).toEqual(complete(...ids))
    expect(await readdir(path.join(cwd, 'backups'))).toEqual(before)

    const denied = 'remove: async () => { throw new PgarkError("DESTINATION.DENIED", "It may not be removed.") }'
    const code = vaultPlugin(cwd)
      .replace('import { file,', 'import { file, PgarkError,')
      .replace('local: false }, close }', `local: false }, close, ${denied} }`)
    await installPackage(cwd, 'pgark-exporter-vault', code)
    expect(await run('copy', place, 'back', '--move')).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(
        new RegExp(`^${ids[0]} +unremoved +yes +yes (.*\\n)+DESTINATION.DENIED: It may`, 'm'),
      ),
    })
    expect(await listed('back')).toEqual(complete(...ids))
  })

  test('sizes are those that list tells, and no more is sent', async () => {
    const { backups } = jsonLines(await run('copy', 'backups', place, '--json')).at(-1) as {
      backups: { sizeBytes: number; sentBytes: number }[]
    }
    const sizes = JSON.parse((await run('list', 'backups', '--json')).stdout).map(
      ({ manifest }: { manifest: { totals: { sizeBytes: number } } }) => manifest.totals.sizeBytes,
    )
    expect(backups.map(({ sizeBytes }) => sizeBytes)).toEqual(sizes)
    expect(backups.map(({ sentBytes }) => sentBytes)).toEqual(sizes)
    const plan = jsonLines(await run('prune', 'backups', '--keep-last', '9', '--dry-run', '--json')).at(-1) as {
      plan: { groups: { backups: { sizeBytes: number }[] }[] }
    }
    expect(plan.plan.groups[0]?.backups.map(({ sizeBytes }) => sizeBytes)).toEqual(sizes.toReversed())
  })

  test('damage here is told with exit code 3, the others are copied; --json tells all', async () => {
    await truncate(path.join(cwd, 'backups', `${ids[1]}`, 'backup.dump'), 100)
    const damaged = await run('copy', 'backups', place, '--json')
    expect(damaged.code).toBe(3)
    expect(jsonLines(damaged).at(-1)).toMatchObject({
      type: 'result',
      command: 'copy',
      ok: false,
      backups: [
        { id: ids[0], state: 'copied' },
        { id: ids[1], state: 'damaged', problem: { code: 'DAMAGE.SIZE' } },
        { id: ids[2], state: 'copied' },
      ],
    })
    expect(await listed(place)).toEqual(complete(ids[0], ids[2]))
  })

  test('where some cannot be written the exit code is 4, where none can 1, and the next run goes on', async () => {
    // A folder in the place of an object.
    const inTheWay = path.join(cwd, 'there', `${ids[0]}`, 'toc.dat')
    await mkdir(inTheWay, { recursive: true })
    await writeFile(path.join(inTheWay, 'x'), '')
    expect(await run('copy', `backups/${ids[0]}`, 'there')).toMatchObject({ code: 1 })
    expect(await run('copy', 'backups', 'there')).toMatchObject({ code: 4, stdout: expect.stringMatching(/ failed /) })
    await rm(inTheWay, { recursive: true })
    expect(await run('copy', 'backups', 'there')).toMatchObject({ code: 0 })
    expect(await listed('there')).toEqual(complete(...ids))
  })

  test('what is no place', async () => {
    expect(await run('copy', 'nowhere', 'there')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nowhere is not a folder'),
    })
    expect(await run('copy', `backups/${ids[0]}x`, 'there')).toMatchObject({ code: 1 })
    expect(await run('copy', 'backups', 'backups')).toMatchObject({ code: 2 })
    expect(await run('copy', 'backups')).toMatchObject({ code: 2, stderr: expect.stringContaining('Where to?') })
    expect(await run('copy', 'a', 'b', 'c', '--mov')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean --move'),
    })
  })
})

describe('remove', () => {
  test('needs consent, removes what is named and nothing else', async () => {
    const refused = await run('remove', `backups/${ids[0]}`)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('REFUSED.CONSENT') })
    expect(await listed('backups')).toEqual(complete(...ids))
    expect(await run('remove', `backups/${ids[0]}`, 'backups/latest', '--yes')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining(`removed ${ids[2]}, `),
    })
    expect((await readdir(path.join(cwd, 'backups'))).sort()).toEqual([`${ids[1]}`, `${ids[1]}.json`])
    expect(await pgark(['remove', `backups/${ids[1]}`], { cwd, env: { PGARK_YES: '1' } })).toMatchObject({ code: 0 })
    expect(await readdir(path.join(cwd, 'backups'))).toEqual([])
  })

  test('one that is named twice goes once', async () => {
    const names = [`backups/${ids[2]}`, 'backups/latest', path.join(cwd, 'backups', `${ids[2]}`)]
    expect(await run('remove', ...names)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('remove 1 backup;'),
    })
    expect(await run('remove', ...names, '--yes')).toMatchObject({ code: 0 })
    expect(await listed('backups')).toEqual(complete(ids[0], ids[1]))
  })

  test('nothing goes where one of them is not there', async () => {
    const before = await listed('backups')
    expect(await run('remove', `backups/${ids[0]}`, 'backups/nothing', '--yes')).toMatchObject({ code: 1 })
    expect(await listed('backups')).toEqual(before)
  })
})

describe('prune', () => {
  test('says which rule keeps what, asks, removes', async () => {
    const plan = await run('prune', 'backups', '--keep-last', '1', '--keep-yearly', '1', '--dry-run')
    expect(plan).toMatchObject({ code: 0, stderr: '' })
    expect(plan.stdout).toMatch(new RegExp(`^${ids[2]} .* keep: newest good one, min-keep, last, yearly \\d{4}$`, 'm'))
    expect(plan.stdout).toMatch(new RegExp(`^${ids[0]} .* remove$`, 'm'))
    expect(plan.stdout).toMatch(/^1 backup to keep, 2 backups to remove, .* to free, contents and proofs included$/m)

    const refused = await run('prune', 'backups', '--keep-last', '1')
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining(' remove\n') })
    expect(refused.stderr).toContain('REFUSED.CONSENT: This would remove 2 backups; nothing was removed.')
    expect(await listed('backups')).toEqual(complete(...ids))

    const done = await run('prune', 'backups', '--keep-last', '1', '--yes', '--json')
    expect(done.code).toBe(0)
    expect(jsonLines(done).at(-1)).toMatchObject({
      type: 'result',
      command: 'prune',
      ok: true,
      removed: ids.slice(0, 2),
    })
    expect((await readdir(path.join(cwd, 'backups'))).sort()).toEqual([`${ids[2]}`, `${ids[2]}.json`])
    // Nothing to remove needs nobody's consent.
    expect(await run('prune', 'backups', '--keep-last', '1')).toMatchObject({ code: 0 })
  })

  test('anywhere, and --dry-run --json is the plan', async () => {
    await run('copy', 'backups', place)
    const plan = jsonLines(await run('prune', place, '--keep-within', '30d', '--dry-run', '--json')).at(-1)
    expect(plan).toMatchObject({
      type: 'result',
      ok: true,
      plan: { location: 'vault://safe/shop', groups: [{ of: { name: 'shop' }, backups: { length: 3 } }] },
    })
    expect(await run('prune', place, '--keep-last', '2', '--yes', '--quiet')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    expect(await listed(place)).toEqual(complete(ids[1], ids[2]))
  })

  test('while a manifest cannot be read nothing goes: exit code 3, named', async () => {
    await truncate(path.join(cwd, 'backups', `${ids[0]}.json`), 100)
    const plan = await run('prune', 'backups', '--keep-last', '1', '--dry-run')
    expect(plan).toMatchObject({ code: 3, stdout: expect.stringContaining(`unreadable: ${ids[0]}: `) })
    // Nothing is said to go that does not.
    expect(plan.stdout).not.toMatch(/ remove\n|to remove/)
    expect(plan.stdout).toContain('2 backups to keep, nothing goes while a manifest cannot be read\n')
    const refused = await run('prune', 'backups', '--keep-last', '1', '--yes')
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(new RegExp(`DAMAGE.UNREADABLE: .*${ids[0]}`)),
    })
    expect(await readdir(path.join(cwd, 'backups'))).toHaveLength(6)
    await run('remove', `backups/${ids[0]}`, '--yes')
    expect(await run('prune', 'backups', '--keep-last', '1', '--yes')).toMatchObject({ code: 0 })
    expect(await listed('backups')).toEqual(complete(ids[2]))
  })

  test('a damaged backup fills no place and stays: exit code 3, what was to go is gone', async () => {
    await truncate(path.join(cwd, 'backups', `${ids[2]}`, 'toc.dat'), 100)
    const done = await run('prune', 'backups', '--keep-last', '1', '--yes')
    expect(done).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(new RegExp(`^${ids[2]} .*damaged, left to you`, 'm')),
    })
    expect((await readdir(path.join(cwd, 'backups'))).filter((name) => name.endsWith('.json')).sort()).toEqual(
      [`${ids[1]}.json`, `${ids[2]}.json`].sort(),
    )
  })

  test('the database dies midway: nothing is left of that, and the older good backup stays', async () => {
    await throughProxy((proxy) => proxy.cut('reset'))
    expect(await listed('backups')).toEqual(complete(...ids))
    expect(await readdir(path.join(cwd, 'backups'))).toHaveLength(6)
    expect(await run('prune', 'backups', '--keep-last', '1', '--yes')).toMatchObject({ code: 0 })
    expect(await listed('backups')).toEqual(complete(ids[2]))
    expect(await run('verify', 'backups/latest')).toMatchObject({ code: 0 })
  })

  test('what a killed run has left is listed as incomplete, and collected once it is old', async () => {
    await throughProxy((_, pid) => process.kill(pid, 'SIGKILL'))
    expect(await listed('backups')).toEqual(complete(...ids))
    const incomplete = JSON.parse((await run('list', 'backups', '--incomplete', '--json')).stdout)
    expect(incomplete).toMatchObject([{}, {}, {}, { state: 'incomplete', isAlive: false }])
    const { key } = incomplete[3]
    const table = (await run('list', 'backups', '--incomplete')).stdout
    expect(table).toMatch(new RegExp(`^${key} +incomplete .*last written \\d{4}-[^,]*$`, 'm'))
    const young = await run('prune', 'backups', '--keep-last', '1', '--yes')
    expect(young).toMatchObject({ code: 0, stdout: expect.stringContaining('stays: it may be running') })
    expect(await listed('backups')).toEqual(complete(ids[2]))

    const left = path.join(cwd, 'backups', key)
    const ago = new Date(Date.now() - 25 * 3_600_000)
    for (const name of await readdir(left)) await utimes(path.join(left, name), ago, ago)
    const patient = ['prune', 'backups', '--keep-last', '1', '--incomplete-after', '2d', '--yes']
    expect(await run(...patient)).toMatchObject({ code: 0 })
    expect(await readdir(path.join(cwd, 'backups'))).toContain(key)
    expect(await run('prune', 'backups', '--keep-last', '1', '--yes')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`removed ${key}, `),
    })
    expect((await readdir(path.join(cwd, 'backups'))).sort()).toEqual([`${ids[2]}`, `${ids[2]}.json`])
  })

  test('what is wrong with the rules is told at once, by their flags', async () => {
    const wrong = await run(
      ...['prune', 'backups', '--keep-last', 'x', '--keep-within', '5 days', '--min-keep', '0', '--count', 'good'],
      ...['--group-by', 'nam', '--time-zone', 'Mars', '--incomplete-after', 'soon', '--keep-metadata', 'x'],
    )
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    for (const problem of [
      ...[/--keep-last .*x/, /--keep-within .*5 days/, /--min-keep .*at least 1/, /--count to be complete or verified/],
      ...[/--group-by .*nam/, /no time zone Mars/, /--incomplete-after .*soon/, /--keep-metadata key=value/],
    ])
      expect(wrong.stderr).toMatch(problem)
    expect(await run('prune', 'backups')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No rule keeps anything.*\nhint: say what to keep, for example --keep-daily 7\n$/),
    })
    const period = await run('prune', 'backups', '--keep-within', '3x')
    expect(period.stderr.split('\n').filter((line) => line.startsWith('USAGE'))).toEqual([
      'USAGE.OPTIONS: Expected --keep-within to be a period, got 3x.',
    ])
    // What nothing is nearly called may have been called so before: it is told.
    const unknown = await run('prune', 'backups', '--keep-metadata', 'team=blue', '--dry-run')
    expect(unknown).toMatchObject({ code: 0, stderr: expect.stringContaining('has metadata of the name team') })
    expect(await listed('backups')).toEqual(complete(...ids))
    expect(await run('prune', 'nowhere', '--keep-last', '1')).toMatchObject({ code: 1 })
  })
})

describe('a place without backups', () => {
  const nothing = { code: 2, stdout: '', stderr: expect.stringContaining('REFUSED.NOTHING: There are no backups at ') }

  test('is most likely misspelt: nothing to copy or prune there is exit code 2', async () => {
    const misspelt = 'vault://safe/shpo?region=x'
    expect(await run('copy', misspelt, 'there', '--quiet')).toMatchObject(nothing)
    expect(await run('copy', misspelt, 'there', '--move')).toMatchObject(nothing)
    expect(await run('prune', misspelt, '--keep-last', '1', '--yes')).toMatchObject(nothing)
    const json = jsonLines(await run('copy', misspelt, 'there', '--json'))
    expect(json.filter(({ type }) => type === 'result')).toMatchObject([{ ok: false, exitCode: 2 }])
  })

  test('may be above one with some, which is told', async () => {
    await run('copy', 'backups', place)
    const above = 'vault://safe/?region=x'
    const hint = expect.stringContaining('hint: there are some below: shop/')
    expect(await run('copy', above, 'there')).toMatchObject({ code: 2, stderr: hint })
    expect(await run('list', above)).toEqual({
      code: 0,
      stdout: 'no backups\n',
      stderr: expect.stringMatching(/^warning: vault:\/\/safe has backups below it: shop\/\n$/),
    })
  })

  test('is not what was meant: what to name instead', async () => {
    await run('copy', `backups/${ids[1]}`, 'x.dump')
    for (const [destination, hint] of [
      ['nowhere', 'check the path'],
      ['x.dump', 'name the folder or prefix that it is in'],
      ['backups/latest', 'that would be one backup: name the folder that it is in'],
      ['vault://safe/shop/y.dump?region=x', 'name the folder or prefix that it is in'],
    ]) {
      const refused = await run('prune', `${destination}`, '--keep-last', '1')
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`hint: ${hint}\n`) })
    }
  })
})

describe('test', () => {
  test('a folder and a place far away; nothing is left', async () => {
    const before = readFileSync(path.join(cwd, 'backups', `${ids[0]}.json`))
    expect(await run('test', 'backups')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ok +write an object\nok +read it\nok +list(.*\n)+ok: backups can be kept at /),
    })
    expect(await readdir(path.join(cwd, 'backups'))).toHaveLength(6)
    expect(await readFile(path.join(cwd, 'backups', `${ids[0]}.json`))).toEqual(before)
    expect(jsonLines(await run('test', place, '--json')).at(-1)).toMatchObject({ command: 'test', ok: true })
    expect(await run('test', place, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('a place that cannot be written says why, with exit code 1', async () => {
    const failed = await run('test', 'backups/nowhere/deep')
    expect(failed).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^failed +write an object: DESTINATION\.NOT_FOUND: /),
    })
    expect(failed.stdout).toContain('skipped  read it')
  })
})

test('help of each has examples', async () => {
  for (const name of ['copy', 'remove', 'prune', 'test']) {
    const help = await run(name, '--help')
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining(`Examples:\n  $ pgark ${name} `) })
  }
})
