import assert from 'node:assert/strict'
import { bytesOf, whole } from '../bodies.ts'
import { type ContractCase, contractCase } from '../contract-case.ts'
import { assertAbsent, assertBytes, assertCode, assertHolds, listed, read } from '../look.ts'

/** What URLs, shells and file systems like to read something into. */
const unusual = [
  'space in it',
  'a+b',
  'per%20cent%2F',
  'question?x=1',
  'hash#x',
  'amp&x=1',
  `quote"'`,
  'semi;colon,comma',
  '.hidden',
  'ünïcödé/größe',
  '数据/备份',
  '🐘/🐘.dat',
]
/** Four folders' names of 200 bytes. Object stores allow 1,024 bytes in all, file systems 255 in each name. */
const long = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(200)).join('/')

export const keyCases: readonly ContractCase[] = [
  contractCase('keys: unusual ones are kept letter by letter', ['manyKeys'], async ({ exporter }) => {
    for (const key of unusual) await exporter.write(key, whole(Buffer.from(key)))
    assert.deepEqual(await listed(exporter, ''), [...unusual].sort())
    for (const key of unusual) await assertHolds(exporter, key, Buffer.from(key))
  }),
  contractCase('keys: of 800 bytes', ['manyKeys'], async ({ exporter }) => {
    await exporter.write(long, whole(bytesOf(10)))
    await assertHolds(exporter, long, bytesOf(10))
  }),
  contractCase('keys: one that climbs stays inside, or is USAGE.KEY', ['manyKeys'], async ({ exporter }) => {
    for (const key of ['../outside', 'a/../../outside']) {
      const isInside = await exporter.write(key, whole(bytesOf(10))).then(
        () => true,
        async (error) => {
          await assertCode(Promise.reject(error), 'USAGE.KEY')
          await assertCode(read(exporter, key), 'USAGE.KEY')
          return false
        },
      )
      if (isInside) assertBytes(await read(exporter, key), bytesOf(10), key)
      assert.deepEqual((await listed(exporter, '')).includes(key), isInside, `${key} in the list of the place`)
    }
  }),
  contractCase('keys: under which nothing was written', [], async ({ exporter, key }) => {
    await assertAbsent(exporter, key)
  }),
  contractCase(
    'keys: neither the beginning of an object nor what it would hold is one',
    ['manyKeys'],
    async (place) => {
      const { exporter } = place
      await exporter.write('folder/object', whole(bytesOf(10)))
      for (const key of ['folder', 'folder/', 'folder/obj', 'folder/object/x']) {
        assert.equal(await exporter.stat(key), undefined, `stat of ${key}`)
      }
    },
  ),
]
