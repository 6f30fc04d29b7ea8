import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from '../../pg-sql/test/seed.ts'
import { ArchiveError } from '../src/index.ts'
import { readMembers } from '../src/tar/read-members.ts'
import { collect, cutAt } from './bytes.ts'
import { mutated, mutations } from './mutations.ts'
import { type HeaderOptions, tarEnd, tarHeader, tarMember } from './tar-made.ts'

const contents: [string, Buffer][] = [
  ['toc.dat', Buffer.alloc(700, 'toc')],
  ['3274.dat', Buffer.from('\\.\n\n\n')],
  ['3273.dat', Buffer.alloc(1024, '1\trow\n')],
  ['blob_16500.dat', Buffer.alloc(0)],
  ['blobs_3276.toc', Buffer.from('16500 blob_16500.dat\n')],
  ['restore.sql', Buffer.alloc(511, '-- ')],
]
const whole = Buffer.concat([...contents.map(([name, content]) => tarMember(name, content)), tarEnd])

async function readAll(source: AsyncIterable<Uint8Array>): Promise<[string, Buffer][]> {
  const members: [string, Buffer][] = []
  for await (const { name, body } of readMembers(source)) members.push([name, await collect(body)])
  return members
}

describe('members', () => {
  test('read, wherever the archive is cut into chunks', async () => {
    for (let at = 0; at <= whole.length; at += 13) expect(await readAll(cutAt(whole, at)), `${at}`).toEqual(contents)
    expect(await readAll(cutAt(whole, ...whole.keys()))).toEqual(contents)
  })

  test('passed over, or read in part', async () => {
    const found: [string, number, number][] = []
    for await (const { name, size, offset, body } of readMembers(cutAt(whole, 600, 1300, 3000))) {
      found.push([name, size, offset])
      expect(whole.subarray(offset, offset + size)).toEqual(new Map(contents).get(name))
      if (name === '3273.dat') for await (const _ of body) break
    }
    expect(found.map(([name, size]) => [name, size])).toEqual(contents.map(([name, { length }]) => [name, length]))
  })

  test('read twice, or too late', async () => {
    const twice = async () => {
      for await (const { body } of readMembers(cutAt(whole))) {
        await collect(body)
        await collect(body)
      }
    }
    await expect(twice()).rejects.toThrow('Expected the content of toc.dat to be read once')
    const members = readMembers(cutAt(whole, 600))
    const first = (await members.next()).value?.body as AsyncIterable<Uint8Array>
    const reading = first[Symbol.asyncIterator]()
    await reading.next()
    await members.next()
    await expect(reading.next()).rejects.toThrow('before the next member')
    await expect(collect(first)).rejects.toThrow('before the next member')
  })

  test('none', async () => {
    expect(await readAll(cutAt(tarEnd))).toEqual([])
  })

  test('with more zeros at the end, as tar writes them', async () => {
    expect(await readAll(cutAt(Buffer.concat([whole, Buffer.alloc(9000)]), 5000))).toEqual(contents)
  })

  test('of pg_dump 9.2, which had the magic number in another place, and of tar', async () => {
    for (const magic of ['ustar00\0', 'ustar  \0']) {
      const archive = Buffer.concat([tarMember('toc.dat', Buffer.from('toc'), { magic }), tarEnd])
      expect(await readAll(cutAt(archive))).toEqual([['toc.dat', Buffer.from('toc')]])
    }
  })

  test('with every way to write a size', async () => {
    const sizes = ['00000000003 ', '00000000003\0', '000000000003', '         3\0', '\x80\0\0\0\0\0\0\0\0\0\0\x03']
    for (const size of sizes) {
      const archive = Buffer.concat([tarMember('toc.dat', Buffer.from('toc'), { size }), tarEnd])
      expect(await readAll(cutAt(archive))).toEqual([['toc.dat', Buffer.from('toc')]])
    }
  })

  test('of more than 8 GB', async () => {
    const size = `\x80${'\0'.repeat(6)}\x02\0\0\0\x05`
    const header = tarHeader('4021.dat', 0, { size })
    const { value } = await readMembers(cutAt(header)).next()
    expect(value).toMatchObject({ name: '4021.dat', size: 2 * 2 ** 32 + 5, offset: 512 })
  })

  test('who stops reading closes the source', async () => {
    let isClosed = false
    async function* source() {
      try {
        yield whole
      } finally {
        isClosed = true
      }
    }
    for await (const _ of readMembers(source())) break
    expect(isClosed).toBe(true)
  })
})

describe('refused', () => {
  const member = (options: HeaderOptions, name = 'toc.dat') =>
    Buffer.concat([tarMember(name, Buffer.from('toc'), options), tarEnd])
  const last = whole.length - 1024
  const written = (at: number, text: string) => {
    const copy = Buffer.from(whole)
    copy.write(text, at)
    return copy
  }
  const never = 'holds something that pg_dump never writes (at offset 0)'
  const noNumber = 'has a header with a size that is no number (at offset 0)'
  const refusals: [string, Buffer, string, string][] = [
    ['nothing', Buffer.alloc(0), 'TRUNCATED', 'ends within: the header of a file, or the end mark (at offset 0)'],
    ['no tar archive', Buffer.alloc(2000, 'PGDMP'), 'BAD_MAGIC', 'The bytes are no tar archive'],
    [
      'a wrong checksum',
      member({ checksum: '0000001 ' }),
      'CORRUPT',
      'has a header whose checksum differs (at offset 0)',
    ],
    [
      'a checksum that is no number',
      member({ checksum: 'checksum' }),
      'CORRUPT',
      'has a header whose checksum differs',
    ],
    [
      'something else where a header should be',
      written(1536, 'x'.repeat(512)),
      'CORRUPT',
      'is no header of a file (at offset 1536)',
    ],
    ['a size that is no number', member({ size: '0000000000x ' }), 'CORRUPT', noNumber],
    ['a size without digits', member({ size: ' '.repeat(12) }), 'CORRUPT', noNumber],
    ['a size below zero', member({ size: '\xff'.repeat(12) }), 'CORRUPT', noNumber],
    ['a size beyond numbers', member({ size: `\x80${'\xff'.repeat(11)}` }), 'CORRUPT', noNumber],
    [
      'a size beyond the archive',
      member({ size: '77777777777 ' }),
      'TRUNCATED',
      'ends within: the content of toc.dat (at offset',
    ],
    ['a folder', member({ type: '5' }), 'CORRUPT', never],
    ['a symbolic link', member({ type: '2', linkName: '/etc/passwd' }), 'CORRUPT', never],
    ['a file with the name of a link', member({ linkName: 'toc.dat' }), 'CORRUPT', never],
    ['an extended header', member({ type: 'x' }), 'CORRUPT', never],
    ['a file in a folder', member({ prefix: 'folder' }), 'CORRUPT', never],
    ['a missing end mark', whole.subarray(0, last), 'TRUNCATED', `or the end mark (at offset ${last})`],
    ['half an end mark', whole.subarray(0, -512), 'TRUNCATED', `the end mark (at offset ${last + 512})`],
    [
      'a member in the end mark',
      Buffer.concat([whole.subarray(0, -512), whole]),
      'CORRUPT',
      `has half an end mark (at offset ${last + 512})`,
    ],
    [
      'something in the padding',
      written(512 + 700, 'x'),
      'CORRUPT',
      'has something between two files (at offset 1212)',
    ],
    [
      'another archive behind',
      Buffer.concat([whole, whole]),
      'TRAILING',
      'Something follows the end of the tar archive (at offset',
    ],
    ...[
      '../toc.dat',
      '/toc.dat',
      'data/1.dat',
      '..',
      '.',
      '',
      'toc',
      '1.dat.gz',
      'a\\1.dat',
      'C:1.dat',
      `${'1'.repeat(96)}.dat`,
    ].map((name): [string, Buffer, string, string] => [`the name "${name}"`, member({}, name), 'CORRUPT', never]),
  ]
  for (const [title, archive, code, message] of refusals) {
    test(title, async () => {
      const reading = readAll(cutAt(archive))
      await expect(reading).rejects.toThrow(ArchiveError)
      await expect(reading).rejects.toMatchObject({
        code: `ARCHIVE.${code}`,
        message: expect.stringContaining(message),
        meta: { offset: expect.any(Number) },
      })
      // Also by who reads nothing of the contents.
      const passing = async () => {
        for await (const _ of readMembers(cutAt(archive)));
      }
      await expect(passing()).rejects.toMatchObject({ code: `ARCHIVE.${code}` })
    })
  }
})

test('cut at each byte', async () => {
  for (let length = 0; length < whole.length; length++) {
    await expect(readAll(cutAt(whole.subarray(0, length))), `${length} bytes`).rejects.toMatchObject({
      code: 'ARCHIVE.TRUNCATED',
    })
  }
})

test('a changed bit outside of contents never gives other members', async () => {
  const isContent = (at: number) => {
    let start = 512
    for (const [, { length }] of contents) {
      if (at >= start && at < start + length) return true
      start += 512 + Math.ceil(length / 512) * 512
    }
    return false
  }
  let refused = 0
  for (let bit = 0; bit < whole.length * 8; bit += 5) {
    if (isContent(bit >> 3)) continue
    const damaged = Buffer.from(whole)
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    const found = await readAll(cutAt(damaged)).catch((error: unknown) => error)
    // A space for a zero in the checksum is the same number.
    if (!(found instanceof ArchiveError)) expect(found, `bit ${bit}`).toEqual(contents)
    else refused++
  }
  expect(refused).toBeGreaterThan(5000)
})

test('5,000 mutations: members or a refusal, alike however they are cut', async () => {
  const cuts = fc.array(fc.nat({ max: whole.length }), { maxLength: 6 }).map((places) => places.sort((a, b) => a - b))
  const outcome = async (source: AsyncIterable<Uint8Array>) =>
    await readAll(source).catch((error: unknown) => {
      if (error instanceof ArchiveError) return `${error.code} ${error.message}`
      throw error
    })
  await holds(5000, fc.record({ changes: mutations, cuts }), async (given) => {
    const damaged = mutated(whole, given.changes)
    const found = await outcome(cutAt(damaged))
    expect(await outcome(cutAt(damaged, ...given.cuts))).toEqual(found)
    if (typeof found === 'string') return
    const bytes = found.reduce((sum, [, content]) => sum + content.length, 0)
    expect(bytes).toBeLessThanOrEqual(damaged.length)
  })
})
