import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { jsonLines, pgark } from './support/run-pgark.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-usage-'))
})
afterEach(() => rm(cwd, { recursive: true }))

describe('help and version', () => {
  test('--version prints the version and nothing else', async () => {
    expect(await pgark(['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' })
  })

  test.each(['backup', 'restore', 'list', 'show', 'verify', 'doctor'])('%s --help has examples', async (name) => {
    const run = await pgark([name, '--help'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain(`Examples:\n  $ pgark ${name}`)
  })

  test('without a command it prints help on stderr and exits 2', async () => {
    const run = await pgark([])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('Usage: pgark')
  })

  test('an unknown command exits 2', async () => {
    const run = await pgark(['backpu'])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(/backpu[\s\S]*did you mean backup/)
  })

  test('an unknown command is told as such whatever follows it, also as JSON', async () => {
    const run = await pgark(['bakup', 'postgres://h/d', '--to', 'x.sql', '--json'])
    expect(run.code).toBe(2)
    expect(run.stderr).toBe('USAGE.COMMAND: Unknown command bakup.\nhint: did you mean backup?\n')
    expect(jsonLines(run)).toMatchObject([{ type: 'result', ok: false, error: { code: 'USAGE.COMMAND' } }])
  })

  test('an option before the command is refused', async () => {
    const run = await pgark(['--quiet', 'backup', 'postgres://h/d', '--to', 'x.sql'])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(/^USAGE\.OPTIONS: Unknown option --quiet before a command\.\nhint: /)
  })
})

describe('bad usage: every problem at once, exit 2, nothing written', () => {
  const cases: [name: string, args: string[], expected: RegExp[]][] = [
    [
      'unknown options',
      ['backup', '--tabel', 'x', '--verbos'],
      [/--tabel .*\nhint: did you mean .*--table/, /--verbos .*\nhint: did you mean --verbose/, /--to is missing/],
    ],
    ['no destination', ['backup', 'postgres://h/d'], [/--to is missing/]],
    [
      'a destination with credentials, beside what else is wrong',
      ['backup', 'postgres://h/d', '--to', 's3://key:sesame@bucket/x', '--lock-timeout', 'soon'],
      [/--to has credentials in its URL\.\nhint: /, /--lock-timeout/],
    ],
    [
      'formats',
      ['backup', 'postgres://h/d', '--to', 'a.dump', '--format', 'directory', '--disable-triggers'],
      [/format directory does not go into a file named a\.dump/, /--disable-triggers has no meaning/],
    ],
    ['an unknown format', ['backup', 'postgres://h/d', '--to', 'backups', '--format', 'tar'], [/cannot write .*tar/]],
    [
      'destinations twice, and of different kinds',
      ['backup', 'postgres://h/d', ...['a.sql', 'b', './a.sql', 's3://x/y', 's3://x/y'].flatMap((to) => ['--to', to])],
      [
        /a\.sql is given as a destination more than once/,
        /the same URL more than once/,
        /their format would differ: plain for .*a\.sql, directory for /,
      ],
    ],
    ['standard output twice', ['backup', 'postgres://h/d', '--to', '-', '--to', '-'], [/more than once/]],
    [
      'contradictions',
      ['backup', 'postgres://h/d', '--to', 'a.sql', '--schema-only', '--data-only', '--quiet', '--verbose'],
      [/--schema-only and --data-only/, /--quiet and --verbose/],
    ],
    [
      'values',
      ['backup', 'postgres://h/d', '--to', 'a.sql', '--lock-timeout', 'soon', '--metadata', 'x', '--compress', 'lzma'],
      [/--lock-timeout .*soon/, /--metadata key=value/, /--compress/],
    ],
    [
      'compression against the name',
      ['backup', 'postgres://h/d', '--to', 'a.sql.gz', '--compress', 'zstd'],
      [/zstd does not go into a file named a.sql.gz/],
    ],
    [
      'metadata twice',
      ['backup', 'postgres://h/d', '--to', 'a.sql', '--metadata', 'a=1', '--metadata', 'a=2'],
      [/given twice/],
    ],
    [
      'too many arguments',
      ['backup', 'postgres://h/d', 'postgres://h/e', '--to', 'a.sql'],
      [/at most 1 argument, got 2/],
    ],
    ['a database that is none', ['backup', 'shop', '--to', 'a.sql'], [/neither a URL nor a connection string/]],
    ['no database', ['backup', '--to', 'a.sql'], [/No database was named/]],
    [
      'an unknown connection parameter',
      ['backup', 'postgres://h/d?sslmod=require', '--to', 'a.sql'],
      [/sslmod\.\nhint: did you mean .*sslmode/],
    ],
    [
      'problems that the library would find, beside those of the command line',
      [
        ...['backup', 'postgres://h/d?sslmod=require', '--to', 'a.sql.gz', '--compress', 'zstd', '--name', ''],
        ...['--lock-timeout', 'soon', '--schema-only', '--data-only', '--table', '', '--exclude-table-data', 'x'],
      ],
      [
        /--lock-timeout .*soon/,
        /sslmod\.\nhint: did you mean .*sslmode/,
        /--schema-only and --data-only exclude/,
        /--exclude-table-data has no meaning with --schema-only/,
        /An empty pattern in --table/,
        /a name of 1 to 100/,
        /zstd does not go into a file named a.sql.gz/,
      ],
    ],
    [
      'problems that only the library finds',
      ['backup', 'postgres://h/d?sslmod=require&prt=1', '--to', 'a.sql.gz', '--compress', 'zstd', '--name', ''],
      [
        /sslmod\./,
        /Unknown connection parameter prt\.\nhint: did you mean port/,
        /zstd does not go/,
        /a name of 1 to 100/,
      ],
    ],
    [
      'everything that is wrong with a restore',
      [
        ...['restore', 'a.sql', '--to', 'postgres://h?sslmod=x', '--data-only', '--schema-only', '--create-database'],
        ...['--role', '', '--connect-timeout', '-1s', '--rol', 'x'],
      ],
      [
        /--rol .*\nhint: did you mean --role/,
        /--connect-timeout/,
        /sslmod\./,
        /--data-only and --create-database/,
        /--schema-only and --data-only/,
        /Expected role to be text/,
      ],
    ],
    ['restore without target', ['restore', 'a.sql'], [/--to is missing/]],
    ['restore without backup', ['restore', '--to', 'postgres://h/d'], [/Which backup/]],
    ['restore into no database', ['restore', '-', '--to', 'postgres://h'], [/names no database/]],
  ]
  test.each(cases)('%s', async (_, args, expected) => {
    const run = await pgark(args, { cwd })
    for (const pattern of expected) expect(run.stderr).toMatch(pattern)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(await readdir(cwd)).toEqual([])
  })

  test('a password in the wrong place is not repeated', async () => {
    const url = 'postgres://me:sesame@open@h/d'
    const misplaced = [
      ['backup', '--to', url],
      ['backup', 'postgres://h/d', '--to', 'a.sql', '--lock-timeout', url],
      ['backup', 'postgres://h/d', '--to', 'a.sql', '--metadata', "host=h password='sesame'"],
      ['verify', url],
      ['list', url],
      ['restore', url, '--to', 'postgres://h/d'],
      ['show', 'host=h password=sesame'],
      [url],
    ]
    for (const args of misplaced) {
      for (const extra of [[], ['--json'], ['--debug', '--verbose']]) {
        const run = await pgark([...args, ...extra], { cwd })
        expect(run.code).toBeGreaterThan(0)
        expect(run.stdout + run.stderr).not.toContain('sesame')
        expect(run.stdout + run.stderr).toMatch(/[A-Z]+\.[A-Z_]+|unknown option '--/)
      }
    }
  })

  test('a target is never taken from the environment', async () => {
    const run = await pgark(['restore', '-'], { env: { DATABASE_URL: 'postgres://h/d', PGDATABASE: 'd' } })
    expect(run.code).toBe(2)
  })

  test('--json and --to - both need stdout', async () => {
    expect(await pgark(['backup', 'postgres://h/d', '--to', '-', '--json'])).toMatchObject({ code: 2 })
  })

  test('--json tells the error as the last line', async () => {
    const run = await pgark(['backup', '--json'])
    expect(jsonLines(run).at(-1)).toMatchObject({
      type: 'result',
      ok: false,
      exitCode: 2,
      error: { code: 'USAGE.OPTIONS' },
    })
  })
})

describe('failures', () => {
  test('a file that is not there', async () => {
    for (const args of [
      ['verify', 'x.sql'],
      ['show', 'x.sql'],
      ['restore', 'x.sql', '--to', 'postgres://127.0.0.1/d'],
    ]) {
      expect(await pgark(args, { cwd })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('There is no backup x.sql'),
      })
    }
  })

  test('a server that is not there: the target without its password, a hint, no stack', async () => {
    const run = await pgark(['backup', 'postgres://me:sesame@127.0.0.1:1/d', '--to', 'a.sql'], { cwd })
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('me@127.0.0.1:1/d')
    expect(run.stderr).toContain('hint: ')
    expect(run.stderr).not.toMatch(/sesame|\n\s+at /)
    expect(await readdir(cwd)).toEqual([])
  })

  test('--debug adds the stack', async () => {
    const run = await pgark(['backup', 'postgres://me@127.0.0.1:1/d', '--to', 'a.sql', '--debug'], { cwd })
    expect(run.stderr).toMatch(/\n\s+at /)
  })

  test('.env is read, and the origin of the database is told', async () => {
    await writeFile(path.join(cwd, '.env'), 'DATABASE_URL=postgres://from-env@127.0.0.1:1/d\n')
    const run = await pgark(['backup', '--to', 'a.sql'], { cwd })
    expect(run.stderr).toContain('from-env@127.0.0.1:1/d (from DATABASE_URL)')
  })
})

test('help takes no more libraries than it needs', async () => {
  const hook = `
    import { isBuiltin, registerHooks } from 'node:module'
    const known = ['@pgark/core', 'commander']
    registerHooks({
      resolve(name, context, next) {
        const isPackage = /^[a-z@]/.test(name) && !/^(file|data):/.test(name) && !isBuiltin(name)
        if (isPackage && !known.includes(name)) throw new Error(name)
        return next(name, context)
      },
    })`
  const imports = [`data:text/javascript,${encodeURIComponent(hook)}`]
  expect(await pgark(['backup', '--help'], { imports })).toMatchObject({ code: 0, stderr: '' })
  const more = await pgark(['verify', 'nothing.dump'], { imports })
  expect(more).toMatchObject({ code: 1, stderr: expect.stringContaining('INTERNAL') })
})
