import { mkdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { backup, type Exporter, file, identityOf } from '../../src/index.ts'
import { bucket } from '../catalogue/bucket.ts'
import { tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from '../runs/engine-double.ts'

test('of a folder it is its path without links, whether it is there or not', async () => {
  const folder = await tempFolder()
  await mkdir(path.join(folder, 'real'))
  await symlink(path.join(folder, 'real'), path.join(folder, 'link'))
  const real = identityOf(file(path.join(folder, 'real')))
  expect(identityOf(file(path.join(folder, 'link')))).toBe(real)
  expect(identityOf(file(path.join(folder, 'link/new/er')))).toBe(`${real}/new/er`)
  expect(identityOf(file(path.join(folder, 'link/x.dump')))).toBe(identityOf(file(path.join(folder, 'real')), 'x.dump'))
  expect(identityOf(file('/'), 'x')).toBe('/x')
  expect(identityOf(bucket('test://here').exporter)).toBe('test://here')
})

test('destinations that are called the same are told apart where one of them fails', async () => {
  const at = (host: string): Exporter => ({ ...bucket('s3://b/shop').exporter, identity: `https://${host}/b/shop` })
  const failing: Exporter = { ...at('two'), write: () => Promise.reject(new Error('no')) }
  const { engine } = engineDouble()
  const warnings: unknown[] = []
  const { id, destinations } = await backup({
    ...{ engine, to: [at('one'), failing, bucket('s3://c').exporter], format: 'plain', compression: 'none' },
    onEvent: (event) => event.type === 'warning' && warnings.push(event.message),
  })
  expect(destinations.map(({ location }) => location)).toEqual([
    `s3://b/shop/${id} (https://one/b/shop)`,
    's3://b/shop (https://two/b/shop)',
    `s3://c/${id}`,
  ])
  expect(warnings).toEqual([expect.stringMatching(/^s3:\/\/b\/shop \(https:\/\/two\/b\/shop\) drops out/)])
})
