import assert from 'node:assert/strict'
import { bytesOf, whole } from '../bodies.ts'
import { type ContractCase, contractCase, type Place } from '../contract-case.ts'
import { listed } from '../look.ts'
import { writeMany } from '../many-objects.ts'

const keys = ['a.json', 'a/deep/three', 'a/one', 'a/two', 'ab/four', 'b.json']
async function filled({ exporter, open }: Place) {
  for (const key of keys) await exporter.write(key, whole(Buffer.from(key)))
  return await open()
}

export const listingCases: readonly ContractCase[] = [
  contractCase('listing: everything, however deep', ['manyKeys'], async (place) => {
    assert.deepEqual(await listed(await filled(place), ''), keys)
  }),
  contractCase('listing: a prefix is text, not a folder', ['manyKeys'], async (place) => {
    const exporter = await filled(place)
    assert.deepEqual(await listed(exporter, 'a/'), ['a/deep/three', 'a/one', 'a/two'])
    assert.deepEqual(await listed(exporter, 'a/t'), ['a/two'])
    assert.deepEqual(await listed(exporter, 'a'), keys.slice(0, -1))
  }),
  contractCase('listing: with a delimiter what lies deeper is folded', ['manyKeys'], async (place) => {
    const exporter = await filled(place)
    const folded = (prefix: string) => listed(exporter, prefix, { delimiter: '/' })
    assert.deepEqual(await folded(''), ['a.json', 'a/', 'ab/', 'b.json'])
    assert.deepEqual(await folded('a'), ['a.json', 'a/', 'ab/'])
    assert.deepEqual(await folded('a/'), ['a/deep/', 'a/one', 'a/two'])
    assert.deepEqual(await folded('a/deep'), ['a/deep/'])
  }),
  contractCase('listing: where nothing is', ['manyKeys'], async (place) => {
    assert.deepEqual(await listed(place.exporter, ''), [])
    const exporter = await filled(place)
    for (const prefix of ['nowhere/', 'a.json/', 'c']) assert.deepEqual(await listed(exporter, prefix), [], prefix)
  }),
  contractCase('listing: tells what stat tells', [], async ({ exporter, key }) => {
    await exporter.write(key, whole(bytesOf(1234)))
    const told = await exporter.stat(key)
    assert.equal(told?.sizeBytes, 1234)
    assert(told.modifiedAt.getTime() > 0, `Expected a time, got ${told.modifiedAt}`)
    for await (const info of exporter.list(key)) assert.deepEqual({ ...info }, { ...told })
    assert.deepEqual(await listed(exporter, key), [key])
  }),
  contractCase('listing: 1,100 objects, each once', ['manyKeys', 'isCheapPerObject'], async ({ exporter }) => {
    const many = await writeMany(exporter, (index) => `many/${index}`)
    assert.deepEqual(await listed(exporter, 'many/'), many)
  }),
  contractCase('listing: 1,100 folded prefixes, each once', ['manyKeys', 'isCheapPerObject'], async ({ exporter }) => {
    const many = await writeMany(exporter, (index) => `many/${index}/object`)
    const prefixes = many.map((key) => key.slice(0, -'object'.length)).sort()
    assert.deepEqual(await listed(exporter, 'many/', { delimiter: '/' }), prefixes)
  }),
]
