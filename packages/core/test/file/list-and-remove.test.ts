import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { file } from '../../src/index.ts'
import { allOf, chunksOf, everythingIn, tempFolder } from './temp-folder.ts'

async function filled() {
  const folder = await tempFolder()
  const exporter = file(folder)
  for (const key of ['a.json', 'a/one', 'a/two', 'a/deep/three', 'ab/four', 'b.json'])
    await exporter.write(key, chunksOf(key))
  const listed = async (prefix: string, delimiter?: '/') =>
    (await allOf(exporter.list(prefix, delimiter && { delimiter })))
      .map((entry) => ('prefix' in entry ? entry.prefix : `${entry.key} ${entry.sizeBytes}`))
      .sort()
  return { folder, exporter, listed }
}

test('every object below a prefix is listed', async () => {
  const { listed } = await filled()
  expect(await listed('')).toEqual(['a.json 6', 'a/deep/three 12', 'a/one 5', 'a/two 5', 'ab/four 7', 'b.json 6'])
  expect(await listed('a/')).toEqual(['a/deep/three 12', 'a/one 5', 'a/two 5'])
  expect(await listed('a/t')).toEqual(['a/two 5'])
  // A prefix is text, not a folder.
  expect(await listed('a')).toEqual(['a.json 6', 'a/deep/three 12', 'a/one 5', 'a/two 5', 'ab/four 7'])
})

test('with a delimiter, what lies deeper is folded into prefixes', async () => {
  const { listed } = await filled()
  expect(await listed('', '/')).toEqual(['a.json 6', 'a/', 'ab/', 'b.json 6'])
  expect(await listed('a', '/')).toEqual(['a.json 6', 'a/', 'ab/'])
  expect(await listed('a/', '/')).toEqual(['a/deep/', 'a/one 5', 'a/two 5'])
})

test('what is not there has nothing in it', async () => {
  const { folder, listed } = await filled()
  expect(await listed('nowhere/')).toEqual([])
  expect(await listed('a.json/')).toEqual([])
  expect(await allOf(file(path.join(folder, 'missing')).list(''))).toEqual([])
})

test('what a dead process left unfinished is not listed', async () => {
  const { folder, listed } = await filled()
  await writeFile(path.join(folder, 'a', '.five.host-1-0a0a0a0a.pgark-partial'), 'half')
  expect(await listed('a/')).toEqual(['a/deep/three 12', 'a/one 5', 'a/two 5'])
})

test('objects are removed, and one that does not exist is no error', async () => {
  const { folder, exporter } = await filled()
  await exporter.remove(['a/one', 'nowhere', 'a/nowhere', 'a.json'])
  const left = await everythingIn(folder)
  expect(left.filter((name) => name.includes('.') || name.includes('/'))).toEqual([
    'a/deep',
    'a/deep/three',
    'a/two',
    'ab/four',
    'b.json',
  ])
})

test('closing twice is fine', async () => {
  const { exporter } = await filled()
  await exporter.close()
  await exporter.close()
})
