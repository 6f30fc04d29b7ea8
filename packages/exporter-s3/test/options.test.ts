import { describe, expect, test } from 'vitest'
import { exporter, s3 } from '../src/index.ts'

const mebibyte = 1024 * 1024

const refusal = (call: () => unknown): { code?: string; message?: string; hint?: string } => {
  try {
    call()
    return {}
  } catch (error) {
    return error as { code: string; message: string; hint: string }
  }
}

test('everything that is wrong is told at once, with what was meant', () => {
  const wrong = { buket: 'x', bucket: '', partSizeBytes: 1, endpoint: 'localhost:9000', concurrency: 0 }
  const { code, message, hint } = refusal(() => s3(wrong as never))
  expect(code).toBe('USAGE.OPTIONS')
  for (const name of ['bucket', 'partSizeBytes', 'endpoint', 'concurrency'])
    expect(message).toContain(`Option ${name}:`)
  expect(message).toContain('Unknown option buket of s3().')
  expect(hint).toContain('did you mean bucket?')
})

describe('limits', () => {
  test.each([
    ['partSizeBytes', 5 * mebibyte, 1024 * mebibyte],
    ['concurrency', 1, 64],
    ['maxParts', 1, 10_000],
    ['maxAttempts', 1, 20],
    ['timeoutMs', 1, 2_147_483_647],
  ])('%s is from %i to %i', (name, least, most) => {
    for (const value of [least, least + 1, most - 1, most])
      expect(refusal(() => s3({ bucket: 'shop', [name]: value }))).toEqual({})
    for (const value of [least - 1, most + 1, least + 0.5]) {
      expect(refusal(() => s3({ bucket: 'shop', [name]: value })).message).toContain(`Option ${name}:`)
    }
  })

  test('tags: up to 10, of 128 and 256 characters', () => {
    const tags = (count: number, key = 1, value = 1) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}`.padEnd(key, 'k'), 'v'.repeat(value)]))
    for (const good of [tags(9), tags(10), tags(1, 128, 256)])
      expect(refusal(() => s3({ bucket: 'shop', tags: good }))).toEqual({})
    for (const bad of [tags(11), tags(1, 129), tags(1, 1, 257)]) {
      const { code, message } = refusal(() => s3({ bucket: 'shop', tags: bad }))
      expect([code, message]).toEqual([
        'USAGE.OPTIONS',
        expect.stringMatching(/^Option tags: expected at most 10, .{1,150}$/),
      ])
    }
  })
})

test('a secret is in no message, whatever is wrong with it', () => {
  const secret = 'wJalrXUtnFEMI'
  const wrong = { bucket: 'shop', credentials: { accessKeyId: secret, secretAccessKey: [secret] } }
  const { code, message, hint = '' } = refusal(() => s3(wrong as never))
  expect(code).toBe('USAGE.OPTIONS')
  expect(`${message}${hint}`).not.toContain(secret)
})

test('options that exclude each other', () => {
  expect(refusal(() => s3({ bucket: 'shop', kmsKeyId: 'key' })).hint).toContain('aws:kms')
  const client = { send() {} } as never
  expect(refusal(() => s3({ bucket: 'shop', client, region: 'eu-west-3' })).message).toContain(
    'client brings its own region',
  )
})

describe('a URL', () => {
  const location = async (url: string) => (await exporter.open(url)).location

  test('names bucket and prefix, decoded', async () => {
    expect(await location('s3://shop')).toBe('s3://shop')
    expect(await location('s3://shop/')).toBe('s3://shop')
    expect(await location('s3://shop/a/b/')).toBe('s3://shop/a/b')
    expect(await location('s3://shop/gr%C3%B6%C3%9Fe%20x')).toBe('s3://shop/größe x')
  })

  test('may have every option that is no secret', async () => {
    const all =
      'region=eu-west-3&endpoint=https%3A%2F%2Fs3.example&forcePathStyle=true&storageClass=STANDARD_IA&serverSideEncryption=aws:kms' +
      '&kmsKeyId=k&tags=team=shop,kind=daily&partSizeBytes=5242880&concurrency=2&maxParts=1000&maxAttempts=3&timeoutMs=1000'
    expect(await location(`s3://shop/a?${all}`)).toBe('s3://shop/a')
  })

  test.each([
    ['s3://key:secret@shop/a', 'A URL never holds credentials.'],
    ['s3://shop/a?secretAccessKey=hidden', 'A URL never holds secretAccessKey.'],
    ['s3://shop/a?regoin=x', 'Unknown option regoin in a URL of S3.'],
    ['s3://shop/a?region=x&region=y', 'Option region is given twice.'],
    ['s3://shop/a?forcePathStyle=maybe', 'Option forcePathStyle:'],
    ['s3://shop/a?maxParts=many', 'Option maxParts:'],
    ['s3://shop/a?tags=team', 'in a URL as tags=team=shop,kind=daily.'],
    ['s3://shop/%E0%A4%A', 'The prefix is not percent-encoded'],
    ['s3://', 'Option bucket:'],
    ['gs://shop', 'Expected a URL like s3://'],
  ])('%s is refused', (url, problem) => {
    const { code, message } = refusal(() => exporter.open(url))
    expect(code).toBe('USAGE.OPTIONS')
    expect(message).toContain(problem)
    expect(message).not.toMatch(/hidden|key:secret|record/)
  })
})
