import { createHash } from 'node:crypto'
import { crc32c } from './crc32c.ts'

/** A complete object. */
export interface EmulatedObject {
  readonly bytes: Buffer
  /** As the JSON API shows it. */
  readonly resource: ObjectResource
}

export interface ObjectResource {
  readonly kind: 'storage#object'
  readonly bucket: string
  readonly name: string
  readonly generation: string
  readonly size: string
  readonly crc32c: string
  readonly md5Hash: string
  readonly storageClass: string
  readonly timeCreated: string
  readonly updated: string
  readonly kmsKeyName?: string
  readonly metadata?: Record<string, string>
}

/** What the one who uploads may say of an object. */
export interface GivenMetadata {
  storageClass?: string
  kmsKeyName?: string
  metadata?: Record<string, string>
}

let lastGeneration = Date.now() * 1000

/** One bucket: complete objects by name. Every write is a new generation, larger than any before. */
export class Bucket {
  readonly objects = new Map<string, EmulatedObject>()
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  put(name: string, bytes: Buffer, given: GivenMetadata): ObjectResource {
    const now = new Date().toISOString()
    lastGeneration += 1
    const resource: ObjectResource = {
      kind: 'storage#object',
      bucket: this.#name,
      name,
      generation: String(lastGeneration),
      size: String(bytes.length),
      crc32c: crc32c(bytes),
      md5Hash: createHash('md5').update(bytes).digest('base64'),
      storageClass: given.storageClass ?? 'STANDARD',
      timeCreated: now,
      updated: now,
      ...(given.kmsKeyName && { kmsKeyName: `${given.kmsKeyName}/cryptoKeyVersions/1` }),
      ...(given.metadata && { metadata: given.metadata }),
    }
    this.objects.set(name, { bytes, resource })
    return resource
  }

  /** Whether `ifGenerationMatch` of a query holds for what is there under the name; 0 stands for nothing. */
  isMet(name: string, query: URLSearchParams): boolean {
    const wanted = query.get('ifGenerationMatch')
    return wanted === null || wanted === (this.objects.get(name)?.resource.generation ?? '0')
  }
}
