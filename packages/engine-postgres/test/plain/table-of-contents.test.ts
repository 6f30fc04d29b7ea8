import type { Archive, TocEntry } from '@pgark/pg-archive'
import { expect, test } from 'vitest'
import { NewEntries } from '../../src/archive/new-entry.ts'
import { packTableOfContents, unpackTableOfContents } from '../../src/plain/table-of-contents.ts'

const made = new NewEntries([])
const entries: TocEntry[] = [
  made.make({ description: 'SEARCHPATH', tag: 'SEARCHPATH', section: 'pre-data', definition: "SELECT 'path';\n" }),
  made.make({ description: 'VIEW', tag: 'née', section: 'pre-data', definition: 'CREATE VIEW "née" AS SELECT 1;\n' }),
]
const header: Archive['header'] = {
  ...{ version: { major: 1, minor: 16, revision: 0 }, intSize: 4, offsetSize: 8, format: 'custom' },
  compression: { algorithm: 'none', level: undefined },
  created: { second: 0, minute: 0, hour: 0, day: 1, month: 0, year: 126, isDst: 0 },
  ...{ database: 'shop', serverVersion: '17.5', pgDumpVersion: '17.5' },
}
const pack = (text: 'utf8' | 'latin1', disableTriggers = false, limits = {}) =>
  packTableOfContents({ header, entries }, { disableTriggers }, { decode: text }, limits)

test('comes out with one character per byte', async () => {
  const { entries: read } = await unpackTableOfContents((await pack('utf8')) ?? '')
  expect(read.map(({ tag = '' }) => Buffer.from(tag, 'latin1').toString())).toEqual(['SEARCHPATH', 'née'])
  const latin1 = await unpackTableOfContents((await pack('latin1')) ?? '')
  expect(latin1.entries).toEqual(entries)
})

test('sets up sessions as the script does', async () => {
  const { entries: read } = await unpackTableOfContents((await pack('latin1', true)) ?? '')
  expect(read[0]?.definition).toBe("SELECT 'path';\nSET session_replication_role = replica;\n")
  expect(read[1]).toEqual(entries[1])
})

test('is left out where it is too long for a manifest, or for any archive', async () => {
  const { length } = (await pack('utf8')) ?? ''
  expect(await pack('utf8', false, { maxPacked: length })).toBeDefined()
  expect(await pack('utf8', false, { maxPacked: length - 1 })).toBeUndefined()
  expect(await pack('utf8', false, { maxBytes: 100 })).toBeUndefined()
})
