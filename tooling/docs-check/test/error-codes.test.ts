import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')
/** A code is always written out in one piece, so that it can be found. */
const codeLiteral = /['"](INTERNAL|[A-Z]{2,}\.[A-Z][A-Z_]*)['"]/g

async function filesIn(folder: string, ending: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map(({ parentPath, name }) => path.join(parentPath, name))
}

/** Every code that the sources can give to an error, a finding or a warning. */
async function codesOfSources(): Promise<string[]> {
  const found = new Set<string>()
  for (const name of await readdir(path.join(root, 'packages'))) {
    for (const file of await filesIn(path.join(root, 'packages', name, 'src'), '.ts')) {
      for (const [, code = ''] of (await readFile(file, 'utf8')).matchAll(codeLiteral)) found.add(code)
    }
  }
  return [...found].sort()
}

/** The rows of the second table in docs/errors.md: code, cause, remedy, packages. */
async function documented(): Promise<string[][]> {
  const [, table = ''] = (await readFile(path.join(root, 'docs/errors.md'), 'utf8')).split(
    '\n| code | cause | remedy | package |\n| --- | --- | --- | --- |\n',
  )
  return table
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

test('docs/errors.md lists every code of the sources, and no other', async () => {
  const codes = await codesOfSources()
  expect(codes).toContain('ENGINE.CONNECT')
  expect((await documented()).map(([code = '']) => code.replaceAll('`', ''))).toEqual(codes)
})

test('each has a cause, a remedy, and a package whose README explains it', async () => {
  for (const [code = '', cause, remedy, packages = ''] of await documented()) {
    expect(cause, code).toMatch(/\w{3}/)
    expect(remedy, code).toMatch(/\w{3}/)
    const readmes = [...packages.matchAll(/\]\((\S+?)#errors\)/g)].map(([, file = '']) => path.join(root, 'docs', file))
    expect(readmes.length, code).toBeGreaterThan(0)
    for (const file of readmes) expect(await readFile(file, 'utf8')).toContain(code)
  }
})

test('no code is put together from parts', async () => {
  for (const file of await filesIn(path.join(root, 'packages'), '.ts')) {
    if (!/\/src\//.test(file) || file.includes('node_modules')) continue
    const text = await readFile(file, 'utf8')
    expect(text.match(/(code\s*[:=]\s*|new (Pgark|Archive|SqlScript)Error\(\s*)`/g), file).toBeNull()
  }
})
