import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'
import { installCommand, installPackage, vaultPlugin } from './support/vault-plugin.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-plugins-'))
  return () => rm(cwd, { recursive: true })
})

const emptyVault = { code: 0, stdout: 'no backups\n', stderr: '' }
const place = 'vault://safe/?region=x'
const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
const refusal = (...texts: string[]) => ({
  code: 2,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(texts.map(escaped).join('[^]*'))),
})

test('a package is found by the scheme, from the working directory upwards', async () => {
  await installPackage(cwd, 'pgark-exporter-vault', vaultPlugin(cwd))
  await mkdir(path.join(cwd, 'deep/er'), { recursive: true })
  expect(await pgark(['list', place], { cwd })).toEqual(emptyVault)
  expect(await pgark(['list', 'VAULT://safe/?region=x'], { cwd: path.join(cwd, 'deep/er') })).toEqual(emptyVault)
})

test('then from the package of the command, wherever that is run', async () => {
  const elsewhere = path.join(cwd, 'elsewhere')
  const global = path.join(cwd, 'global')
  await mkdir(elsewhere)
  const entry = await installCommand(global)
  await installPackage(global, 'pgark-exporter-vault', vaultPlugin(cwd))
  expect(await pgark(['list', place], { cwd: elsewhere, entry })).toEqual(emptyVault)
  await installPackage(elsewhere, 'pgark-exporter-vault', 'throw new Error("the nearer one")')
  expect(await pgark(['list', place], { cwd: elsewhere, entry })).toMatchObject(refusal('the nearer one'))
})

test('one that --plugin names comes first, a package or the path of a module', async () => {
  await installPackage(cwd, 'pgark-exporter-vault', 'throw new Error("never loaded")')
  await installPackage(cwd, '@acme/vault', vaultPlugin(cwd))
  await installPackage(cwd, 'other', vaultPlugin(cwd).replace("scheme: 'vault'", "scheme: 'other'"))
  await writeFile(path.join(cwd, 'vault.mjs'), vaultPlugin(cwd))
  for (const name of ['@acme/vault', './vault.mjs', path.join(cwd, 'vault.mjs')]) {
    expect(await pgark(['list', place, '--plugin', 'other', '--plugin', name], { cwd })).toEqual(emptyVault)
  }
})

test.each([
  ['s3', '@pgark/exporter-s3'],
  ['gs', '@pgark/exporter-gcs'],
  ['vault', 'pgark-exporter-vault'],
  ['constructor', 'pgark-exporter-constructor'],
])('%s:// without its package: what installs it', async (scheme, name) => {
  const expected = refusal(`USAGE.PLUGIN: ${scheme}:// needs the package ${name}, `, `hint: npm install ${name}\n`)
  for (const args of [
    ['list', `${scheme}://bucket/`],
    ['show', `${scheme}://bucket/latest`],
    ['verify', `${scheme}://bucket/x`],
    ['restore', `${scheme}://bucket/x`, '--to', 'postgres://127.0.0.1:1/d'],
  ]) {
    expect(await pgark(args, { cwd })).toMatchObject(expected)
  }
  for (const args of [['backup'], ['doctor']]) {
    const run = await pgark([...args, 'postgres://127.0.0.1:1/d', '--to', `${scheme}://bucket/`], { cwd })
    expect(run).toMatchObject(expected)
  }
})

const faults: [what: string, code: string, expected: string[]][] = [
  ['throws while it is loaded', 'throw new Error("no weather today.")', ['cannot be loaded: no weather today.\n']],
  ['has a syntax error', 'export const = 1', ['cannot be loaded: ']],
  ['lacks what it imports', 'import "left-pad-2"', ["cannot be loaded: Cannot find package 'left-pad-2'"]],
  ['exports no exporter', 'export const x = 1', ['brings no exporter that pgark can use.', 'by the name exporter']],
  [
    'is for another version of the contract',
    vaultPlugin('').replace('specVersion: 1', 'specVersion: 2'),
    ['is for version 2 of the exporter contract, this pgark for version 1.'],
  ],
  [
    'is for another scheme',
    vaultPlugin('').replace("scheme: 'vault'", "scheme: 'safe'"),
    ['is for safe://, not for vault://.', '--plugin'],
  ],
  [
    'fails to open',
    'export const exporter = { specVersion: 1, scheme: "vault", open: () => null.x }',
    ['cannot open vault://safe/: Cannot read properties of null'],
  ],
  [
    'opens something else',
    'export const exporter = { specVersion: 1, scheme: "vault", open: () => ({}) }',
    ['opened vault://safe/ as something that pgark cannot use.'],
  ],
]
test.each(faults)('a package that %s: its name and version, exit 2', async (_, code, expected) => {
  await installPackage(cwd, 'pgark-exporter-vault', code)
  expect(await pgark(['list', place], { cwd })).toMatchObject(
    refusal('USAGE.PLUGIN: pgark-exporter-vault 1.2.3 ', ...expected),
  )
})

test('a plugin that is missing, one whose path is wrong, and one that is for something else', async () => {
  await installPackage(cwd, '@acme/vault', vaultPlugin(cwd))
  const list = (plugin: string, destination = place) => pgark(['list', destination, '--plugin', plugin], { cwd })
  expect(await list('@acme/valut')).toMatchObject(refusal('@acme/valut is not installed', 'npm install @acme/valut'))
  expect(await list('./vault.js')).toMatchObject(refusal('./vault.js cannot be loaded: '))
  expect(await list('@acme/vault', 'safe://x/')).toMatchObject(
    refusal('pgark-exporter-safe, which is not installed. @acme/vault 1.2.3 is for vault://.'),
  )
})

test('what a package says of a URL is told with all else that is wrong', async () => {
  await installPackage(cwd, 'pgark-exporter-vault', vaultPlugin(cwd))
  const wrong = 'vault://safe/x?regoin=x'
  const texts = ['The vault has no such region.\nhint: write ?region=x', 'Unknown parameter regoin.']
  expect(await pgark(['list', wrong], { cwd })).toMatchObject(refusal(...texts))
  const restore = ['restore', wrong, '--to', 'postgres://h/d', '--schema-only', '--data-only']
  const backup = ['backup', 'postgres://h/d?sslmod=x', '--to', wrong]
  for (const [args, text] of [
    [restore, '--schema-only and --data-only'],
    [[...restore, '--jobs', 'many'], '--schema-only and --data-only'],
    [backup, 'sslmod'],
    [[...backup, '--lock-timeout', 'soon'], '--lock-timeout'],
  ] as const) {
    const run = await pgark(args, { cwd })
    for (const each of [...texts, text]) expect(run).toMatchObject(refusal(each))
  }
})

test('what a package says of its own options is repeated as it is', async () => {
  const code = vaultPlugin(cwd).replace('The vault has no such region.', 'Option chunkSizeBytes of vault(): no dryRun.')
  await installPackage(cwd, 'pgark-exporter-vault', code)
  for (const args of [
    ['list', 'vault://safe/x'],
    ['backup', 'postgres://h/d', '--to', 'vault://safe/x', '--chunk-size', '1', '--format', 'plain'],
  ]) {
    const run = await pgark(args, { cwd })
    expect(run).toMatchObject(refusal('Option chunkSizeBytes of vault(): no dryRun.\nhint: write ?region=x'))
  }
  const json = await pgark(['list', 'vault://safe/x', '--json'], { cwd })
  expect(JSON.parse(json.stdout).error.message).toBe('Option chunkSizeBytes of vault(): no dryRun.')
})

test('half a URL is no folder, and neither is standard output', async () => {
  const half = ['s3:backups', 's3:/backups', 'S3:', 'vault:x/y']
  for (const wrong of [...half, '-']) {
    const message =
      wrong === '-' ? ' is -, which only backup and restore take.' : ': and is no URL.\nhint: did you mean '
    for (const args of [
      ['copy', 'backups', wrong],
      ['copy', wrong, 'backups'],
      ['list', wrong],
      ['prune', wrong, '--keep-last', '1'],
      ['test', wrong],
    ]) {
      expect(await pgark(args, { cwd })).toMatchObject(refusal(message))
    }
  }
  for (const wrong of half) {
    for (const args of [
      ['backup', 'postgres://127.0.0.1:1/d', '--to', wrong],
      ['doctor', 'postgres://127.0.0.1:1/d', '--to', wrong],
      ['restore', wrong, '--to', 'postgres://127.0.0.1:1/d'],
      ...['show', 'verify', 'remove'].map((name) => [name, wrong]),
    ]) {
      expect(await pgark(args, { cwd })).toMatchObject(refusal(': and is no URL.\nhint: did you mean '))
    }
  }
  expect(await readdir(cwd)).toEqual([])
  // A path all the same, where it says that it is one.
  await mkdir(path.join(cwd, 's3:backups'))
  expect(await pgark(['list', './s3:backups'], { cwd })).toEqual(emptyVault)
  expect(await pgark(['show', 'latest:a=b'], { cwd })).toMatchObject({ code: 1 })
})

test('secrets in a URL are refused, and printed nowhere', async () => {
  await installPackage(cwd, 'pgark-exporter-vault', vaultPlugin(cwd))
  for (const wrong of [
    'vault://key:sesame@safe/x?region=x',
    'vault://key@safe/x?region=x',
    'vault://key:se/sesame@safe/x?region=x',
    'vault://safe/x?region=x&secretAccessKey=sesame',
    'vault://safe/x?region=x&sessionToken=sesame',
    'vault://safe/x?region=x&endpoint=http://me:sesame@host',
  ]) {
    for (const args of [
      ['list', wrong],
      ['show', wrong],
      ['verify', wrong],
      ['restore', wrong, '--to', 'postgres://h/d'],
      ['backup', 'postgres://h/d', '--to', wrong],
      ['doctor', 'postgres://h/d', '--to', wrong, '--debug', '--verbose'],
    ]) {
      const titles: string[] = []
      const run = await pgark(args, { cwd, titles })
      expect(run).toMatchObject(refusal('credentials in its URL.'))
      expect(run.stderr + titles.join('')).not.toContain('sesame')
    }
  }
})

test('URLs that name no destination, references that name no backup', async () => {
  const cases: [args: string[], expected: string][] = [
    [['backup', 'postgres://h/d', '--to', 'postgres://h/d'], '--to is a URL of postgres://.\nhint: that is a database'],
    [['list', 'file:///backups'], 'The destination is a URL of file://.\nhint: write the path'],
    [['show', 'vault://safe/?region=x'], 'The URL names no backup.\nhint: add its id, or latest'],
    [['show', 'vault://safe/latest:nightly?region=x'], 'Expected latest: key=value, got nightly.'],
    [['verify', 'backups/latest:a=1,a=2'], 'latest: a is given twice.'],
  ]
  for (const [args, expected] of cases) expect(await pgark(args, { cwd })).toMatchObject(refusal(expected))
})

test('for folders no plugin is loaded', async () => {
  const loaded = path.join(cwd, 'loaded')
  const code = `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(loaded)}, '')`
  await installPackage(cwd, 'loud', code)
  await mkdir(path.join(cwd, 'backups'))
  expect(await pgark(['list', 'backups', '--plugin', 'loud'], { cwd })).toEqual(emptyVault)
  await expect(readFile(loaded)).rejects.toThrow('ENOENT')
})
