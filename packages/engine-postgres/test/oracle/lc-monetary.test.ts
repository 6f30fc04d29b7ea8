import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { file, restore } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backUpAs } from '../support/grid/archives.ts'
import { backUp, engineFor, restoreInto } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

// Here and not with the other limits, because it takes the C library's own compiler of locales: a machine may have none but C.
const locale = 'pgark_EU'
const categories = ['LC_CTYPE', 'LC_COLLATE', 'LC_TIME', 'LC_NUMERIC', 'LC_MESSAGES']
const definition = `comment_char %
escape_char /
LC_MONETARY
int_curr_symbol "EUR "
currency_symbol "EUR"
mon_decimal_point ","
mon_thousands_sep "."
mon_grouping 3;3
positive_sign ""
negative_sign "-"
int_frac_digits 2
frac_digits 2
p_cs_precedes 0
p_sep_by_space 1
n_cs_precedes 0
n_sep_by_space 1
p_sign_posn 1
n_sign_posn 1
END LC_MONETARY
${categories.map((name) => `${name}\ncopy "POSIX"\nEND ${name}`).join('\n')}
`
const hex = (code: number, digits: number) => code.toString(16).toUpperCase().padStart(digits, '0')
const charmap = [
  '<code_set_name> ANSI_X3.4-1968',
  '<escape_char> /',
  'CHARMAP',
  ...Array.from({ length: 128 }, (_, code) => `<U${hex(code, 4)}> /x${hex(code, 2).toLowerCase()} ASCII`),
  'END CHARMAP',
].join('\n')

let folder: string
let server: TestServer
let stock: Stock
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-locale-'))
  await chmod(folder, 0o755)
  await writeFile(path.join(folder, 'definition'), definition)
  await writeFile(path.join(folder, 'charmap'), `${charmap}\n`)
  // It ends with 1 where it only warns: of categories that are left out.
  const args = ['--force', '--inputfile', 'definition', '--charmap', 'charmap', `./${locale}`]
  const child = spawn('localedef', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (code > 1) throw new Error(`localedef ended with ${code}:\n${stderr}`)
  server = await startServer(17, { env: { LOCPATH: folder } })
  stock = stockFor(server)
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

test('money of a database with another lc_monetary, into one without, and back', async () => {
  const set = (database: string) => server.query(`ALTER DATABASE "${database}" SET lc_monetary = '${locale}'`)
  await server.createDatabase('source')
  await set('source')
  await server.query(
    "CREATE TABLE prices AS SELECT (i * 1234567.89)::numeric::money AS price FROM generate_series(-2, 2) i; CREATE VIEW v AS SELECT price FROM prices WHERE price > '1,50'",
    'source',
  )
  expect((await server.query('SELECT max(price)::text AS max FROM prices', 'source')).rows).toEqual([
    { max: '2.469.135,78 EUR' },
  ])
  const target = await backUp(server, 'source')
  expect(await readFile(target, 'utf8')).toContain('\n$2,469,135.78\n')

  await restoreInto(server, 'elsewhere', target)
  await server.createDatabase('by psql')
  await set('by psql')
  expect(await stock.psql('by psql', target)).toBe('')
  await server.createDatabase('back')
  await set('back')
  await restoreInto(server, 'back', await backUp(server, 'elsewhere'), { createDatabase: false })

  const formats = ['custom', 'directory'] as const
  for (const format of formats) {
    const archive = await backUpAs(server, 'source', path.join(folder, format), { format, compression: 'gzip' })
    await server.createDatabase(format)
    await set(format)
    expect(await stock.restore(['--jobs=2', archive], format)).toEqual([])
    await server.createDatabase(`${format} by us`)
    await set(`${format} by us`)
    const engine = engineFor(server, `${format} by us`)
    await restore({
      engine,
      from: file(format === 'custom' ? archive : path.dirname(archive)),
      ...(format === 'directory' && { id: path.basename(archive) }),
    })
  }

  const restoredArchives = formats.flatMap((format) => [format, `${format} by us`])
  for (const restored of ['elsewhere', 'by psql', 'back', ...restoredArchives]) {
    await server.query(`ALTER DATABASE "${restored}" SET lc_monetary = '${locale}'`)
    expect(await compareDatabases(server, 'source', restored)).toEqual({ rows: 5, differences: [] })
    expect((await server.query('SELECT count(*)::int AS count FROM v', restored)).rows).toEqual([{ count: 2 }])
  }
})
