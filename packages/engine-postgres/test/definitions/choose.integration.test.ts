import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { choosePgDump } from '../../src/definitions/choose.ts'

/** Puts a PATH of folders in place whose pg_dump says these versions; undefined is a broken one. Answers the binaries. */
async function pathOf(...versions: (string | undefined)[]): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-path-'))
  const before = process.env.PATH
  onTestFinished(async () => {
    process.env.PATH = before
    await rm(folder, { recursive: true })
  })
  const binaries: string[] = []
  for (const [index, version] of versions.entries()) {
    const file = path.join(folder, `${index} bin`, 'pg_dump')
    await mkdir(path.dirname(file))
    await writeFile(file, `#!/bin/sh\n${version ? `echo "pg_dump (PostgreSQL) ${version}"` : 'exit 1'}\n`)
    await chmod(file, 0o755)
    binaries.push(file)
  }
  process.env.PATH = binaries.map((file) => path.dirname(file)).join(':')
  return binaries
}

test('auto takes WASM 17 up to server 17 and WASM 18 for 18', async () => {
  await pathOf()
  for (const server of [130023, 140000, 150018, 160014, 170010, 179999]) {
    expect(await choosePgDump('auto', server)).toEqual({ kind: 'wasm', major: 17, version: '17.5' })
    expect(await choosePgDump('wasm', server)).toEqual({ kind: 'wasm', major: 17, version: '17.5' })
  }
  expect(await choosePgDump('auto', 180004)).toEqual({ kind: 'wasm', major: 18, version: '18.3' })
})

test('auto takes the first binary that is new enough for a newer server', async () => {
  const [, , wanted] = await pathOf('18.4', undefined, '19.1 (Debian 19.1-1)', '20devel')
  expect(await choosePgDump('auto', 190001)).toEqual({ kind: 'native', path: wanted, version: '19.1' })
})

test('auto tells what is missing for a newer server', async () => {
  await pathOf('18.4')
  await expect(choosePgDump('auto', 190001)).rejects.toMatchObject({
    code: 'ENGINE.PG_DUMP_UNAVAILABLE',
    message: 'No pg_dump for PostgreSQL 19 was found',
    hint: expect.stringContaining('Update @pgark/engine-postgres'),
  })
})

test('wasm refuses a newer server', async () => {
  await expect(choosePgDump('wasm', 190000)).rejects.toMatchObject({
    code: 'ENGINE.PG_DUMP_UNAVAILABLE',
    hint: expect.stringContaining('--pg-dump native'),
  })
})

test('servers before 13 are refused, with any program', async () => {
  for (const request of ['auto', 'wasm', 'native', '/usr/bin/pg_dump']) {
    await expect(choosePgDump(request, 129999)).rejects.toMatchObject({
      code: 'ENGINE.UNSUPPORTED_SERVER',
      message: 'The server is PostgreSQL 12; 13 is the oldest supported',
    })
  }
})

test('native takes the first binary of PATH', async () => {
  const [first] = await pathOf('17beta1', '18.4')
  expect(await choosePgDump('native', 170000)).toEqual({ kind: 'native', path: first, version: '17' })
})

test('native refuses a binary that is too old', async () => {
  const [file] = await pathOf('15.18', '18.4')
  await expect(choosePgDump('native', 160014)).rejects.toMatchObject({
    code: 'ENGINE.PG_DUMP_UNAVAILABLE',
    message: `${file} is pg_dump 15.18, too old for PostgreSQL 16`,
    meta: { version: '15.18', server: 16 },
  })
})

test('native says so when PATH has none', async () => {
  await pathOf()
  await expect(choosePgDump('native', 150000)).rejects.toMatchObject({
    code: 'ENGINE.PG_DUMP_UNAVAILABLE',
    message: 'No pg_dump was found on PATH',
  })
})

test('a path is taken as it is', async () => {
  const [, second] = await pathOf('13.1', '16.14')
  expect(await choosePgDump(second ?? '', 160014)).toEqual({ kind: 'native', path: second, version: '16.14' })
})

test('a path that is no pg_dump is refused', async () => {
  const [broken] = await pathOf(undefined)
  for (const file of [broken ?? '', '/nowhere/pg_dump', '/bin/true']) {
    await expect(choosePgDump(file, 150000)).rejects.toMatchObject({
      code: 'ENGINE.PG_DUMP_UNAVAILABLE',
      message: `${file} is not a pg_dump that can be run`,
    })
  }
})
