import { expect, test } from 'vitest'
import { backupsBelow, copy, file, nothingAt } from '../../src/index.ts'
import { chunksOf } from '../file/temp-folder.ts'
import { bucket } from './bucket.ts'
import { storedBackup } from './stored-backup.ts'

const write = (at: ReturnType<typeof bucket>, ...keys: string[]) =>
  Promise.all(keys.map((key) => at.exporter.write(key, chunksOf('{}'))))

test('a source with neither a backup nor a run is refused, and told from a place above one', async () => {
  const at = bucket()
  const copied = () => copy({ from: at.exporter, to: bucket('test://there').exporter })
  await expect(copied()).rejects.toMatchObject({ code: 'REFUSED.NOTHING', hint: /check the name/ })
  await write(at, 'shop/shop-20261120T031500Z-4be0.json', 'blog/x.dump.json', 'photos/1.jpg', 'notes.json', 'a/b.json')
  await expect(copied()).rejects.toMatchObject({ code: 'REFUSED.NOTHING', hint: 'there are some below: blog/, shop/' })
  // A run that is on, or has left something.
  await write(at, 'shop-20261120T031500Z-4be0/toc.dat')
  expect(await copied()).toMatchObject({ ok: true, backups: [] })
})

test('how far is looked is bounded', async () => {
  const at = bucket()
  await write(at, ...Array.from({ length: 1000 }, (_, n) => `shop/${n}`), 'shop/shop-20261120T031500Z-4be0.json')
  expect(await backupsBelow(at.exporter)).toEqual([])
  const { id } = await storedBackup(at.exporter)
  expect(await backupsBelow(at.exporter)).toEqual([])
  expect(id).not.toBe('')
  expect(await backupsBelow(file('/nowhere/x.dump'))).toEqual([])
  expect(await nothingAt(at.exporter)).toMatchObject({ code: 'REFUSED.NOTHING' })
})
