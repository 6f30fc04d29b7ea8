import { expect, test } from 'vitest'
import { LargeObjectDigester } from '../../src/copy/large-object-digester.ts'
import { TextDigester } from '../../src/copy/text-digester.ts'
import { pinnedSettings } from '../../src/snapshot/pinned-settings.ts'
import { digestDocument, runReference } from '../support/digest-document.ts'

const rowsOf = (words: string): string[] => {
  if (words === 'none') return []
  if (words === 'one without bytes') return ['']
  const [, times, what = ''] = /^(\d+) times `(.*)`$/.exec(words) ?? []
  if (times !== undefined) return [what.repeat(Number(times))]
  return [...words.matchAll(/`(.*?)`/g)].map(([, row = '']) => row.replaceAll('\\t', '\t'))
}
const vectors = [...digestDocument.matchAll(/^\| (.*?) +\| `([0-9a-f]{32})` \|$/gm)].map(
  ([, words = '', digest = '']) => ({ words, rows: rowsOf(words), digest }),
)

test('there are vectors', () => expect(vectors.length).toBeGreaterThan(9))

test.each(vectors)('the vector: $words', async ({ rows, digest }) => {
  const text = Buffer.from(rows.map((row) => `${row}\n`).join(''))
  const digester = new TextDigester()
  digester.take(text)
  expect([digester.digest, digester.rows]).toEqual([digest, rows.length])
  expect(await runReference(text)).toBe(`${digest} ${rows.length}`)
})

test('the vectors of large objects', () => {
  const [, id = '', content = '', digest, empty] =
    /^Large object (\d+) with the bytes `(.*?)`: `(.*?)`; empty: `(.*?)`\.$/m.exec(digestDocument) ?? []
  const digestOf = (pieces: readonly string[]) => {
    const digester = new LargeObjectDigester()
    digester.begin(id)
    for (const piece of pieces) digester.take(Buffer.from(piece))
    digester.end()
    return [digester.digest, digester.count, digester.bytes]
  }
  expect(digestOf(['large'])).toEqual([digest, 1, 5])
  expect(digestOf([...content, ''])).toEqual([digest, 1, 5])
  expect(digestOf([])).toEqual([empty, 1, 0])
})

test('the settings that it names are those that are pinned, but for those that only last', () => {
  const named = [...digestDocument.matchAll(/^\| `([a-z_]+)` +\| (.*?) +\|$/gm)]
    .map(([, name = '', value = '']) => [name, value === 'empty' ? '' : value.replaceAll('`', '')])
    .filter(([name]) => name !== 'client_encoding')
  const pinned = Object.entries(pinnedSettings(180_000, 1)).filter(
    ([name]) => !/timeout$|^synchronize_seqscans$/.test(name),
  )
  expect(Object.fromEntries(named)).toEqual(Object.fromEntries(pinned))
  for (const [name, value] of pinned) expect(digestDocument).toContain(`-c ${name}=${value}`)
})
