import { copy, type Exporter, identityOf, list } from '@pgark/core'
import { startFaultyHttpProxy, startS3Emulator } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { storedBackup } from '../../core/test/catalogue/stored-backup.ts'
import { s3 } from '../src/index.ts'
import { clientFor, optionsFor, user } from './place.ts'

/** A bucket by two addresses. */
async function bucket() {
  const emulator = await startS3Emulator({ users: [user], buckets: ['shop'] })
  const proxy = await startFaultyHttpProxy(emulator.endpoint)
  const [place, again] = [s3(optionsFor(emulator.endpoint, 'shop')), s3(optionsFor(proxy.url, 'shop'))]
  onTestFinished(async () => {
    for (const each of [place, again]) await each.close()
    await proxy.stop()
    await emulator.stop()
  })
  return { place, again }
}
const named = (place: Exporter, objectKey: string): Exporter => ({
  ...{ ...place, objectKey, location: `${place.location}/${objectKey}`, identity: identityOf(place, objectKey) },
})
async function keysIn(place: Exporter): Promise<string[]> {
  const keys: string[] = []
  for await (const entry of place.list('')) if ('key' in entry) keys.push(entry.key)
  return keys.sort()
}

test('a backup is not moved to where it is, by whatever address', async () => {
  const { place, again } = await bucket()
  const { id } = await storedBackup(place)
  const before = await keysIn(place)
  await expect(copy({ from: place, to: again, move: true })).rejects.toMatchObject({ code: 'REFUSED.SAME_PLACE' })
  expect(await keysIn(place)).toEqual(before)
  expect(await list(place)).toMatchObject([{ key: id, state: 'complete' }])
})

test('a file is not moved into the place in which it lies', async () => {
  const { place, again } = await bucket()
  const { id } = await storedBackup(place)
  const single = named(place, 'x.dump')
  expect(await copy({ from: place, id, to: single })).toMatchObject({ ok: true })
  const before = await keysIn(place)
  expect(before).toContain('x.dump')
  await expect(copy({ from: single, to: place, move: true })).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
  await expect(copy({ from: single, to: again, move: true })).rejects.toMatchObject({ code: 'REFUSED.SAME_PLACE' })
  expect(await keysIn(place)).toEqual(before)
})

test('what is called the same on another server is another place', () => {
  const at = (options: object) => s3({ bucket: 'backups', prefix: 'shop', ...options })
  const identities = [
    at({ region: 'eu-west-3' }),
    at({ endpoint: 'https://s3.example.com' }),
    at({ endpoint: 'https://s3.example.com:9000/tenant/' }),
    at({ region: 'cn-north-1' }),
    ...['a', 'b'].map(() => at({ client: clientFor(optionsFor('http://127.0.0.1:1', 'backups')) })),
  ].map((place) => identityOf(place))
  expect(new Set(identities).size).toBe(identities.length)
  expect(identities.slice(0, 3)).toEqual([
    'https://s3.amazonaws.com/backups/shop',
    'https://s3.example.com/backups/shop',
    'https://s3.example.com:9000/tenant/backups/shop',
  ])
  expect(identityOf(at({ region: 'us-east-1' }))).toBe(identities[0])
  expect(identityOf(at({ endpoint: 'https://s3.example.com:443/' }))).toBe(identities[1])
  const client = clientFor(optionsFor('http://127.0.0.1:1', 'backups'))
  expect(identityOf(at({ client }))).toBe(identityOf(at({ client })))
})
