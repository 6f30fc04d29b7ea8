import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { archiveFolder, openArchive, type TocEntry, writeDirectory } from '../src/index.ts'
import { customArchive } from './archives/custom-made.ts'
import { contentsOf } from './archives/read-contents.ts'
import { contents, dataOf, entries, header } from './archives/sample-archive.ts'
import { Folder } from './archives/sample-file.ts'
import { tarArchive } from './archives/tar-archive-made.ts'

const sample = { header: header(), entries }
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-open-'))
  await writeFile(path.join(folder, 'custom'), customArchive(header(), entries, contents, { offsets: true }))
  await writeFile(path.join(folder, 'tar'), tarArchive(sample, contents))
  await writeFile(path.join(folder, 'plain'), '-- PostgreSQL database dump\n')
  await writeFile(path.join(folder, 'nothing'), '')
  const made = new Folder()
  await writeDirectory(sample, dataOf(entries, contents), made)
  await mkdir(path.join(folder, 'directory'))
  for (const [name, bytes] of made.files) await writeFile(path.join(folder, 'directory', name), bytes)
})
afterAll(async () => await rm(folder, { recursive: true }))

const openFiles = async () => (await readdir('/proc/self/fd').catch(() => [])).length

test.each(['custom', 'tar', 'directory'])(
  '%s: opened by its first bytes, read, and every file closed',
  async (format) => {
    const before = await openFiles()
    const reader = await openArchive(path.join(folder, format))
    expect(reader.format).toBe(format)
    expect(await contentsOf(reader)).toEqual(contents)
    const only = await contentsOf(reader, ({ dumpId }) => dumpId === 13)
    expect(only).toEqual(new Map([[13, contents.get(13)]]))
    for await (const _ of reader.readData()) break
    await expect.poll(openFiles).toBeLessThanOrEqual(before)
  },
)

test('data is asked for by the entries of the archive themselves: for a copy of one there would be none', async () => {
  const { archive, readEntry } = await openArchive(path.join(folder, 'directory'))
  const entry = archive.entries.find(({ dumpId }) => dumpId === 13)
  const read = async (of: TocEntry | undefined) => {
    for await (const { kind } of (of && readEntry?.(of)) ?? []) return kind
    return 'nothing'
  }
  expect(await read(entry)).toBe('table')
  expect(await read(archive.entries.find(({ data }) => data.kind === 'none'))).toBe('nothing')
  await expect(read(entry && { ...entry })).rejects.toThrow(TypeError)
})

test.each(['plain', 'nothing', '.'])('%s is no archive', async (name) => {
  await expect(openArchive(path.join(folder, name))).rejects.toMatchObject({ code: 'ARCHIVE.BAD_MAGIC' })
})

test('what is not there is told by the operating system', async () => {
  await expect(openArchive(path.join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a folder has files, no folders, and passes on what goes wrong', async () => {
  const there = archiveFolder(folder)
  expect(await there.has('tar')).toBe(true)
  expect(await there.has('directory')).toBe(false)
  expect(await there.has('absent')).toBe(false)
  expect(await there.has('tar/under')).toBe(false)
  await expect(there.has('x'.repeat(5000))).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
})
