import { digestOf } from './digest.ts'
import { inputOf, newKernel } from './kernel-instance.ts'
import type { LargeObjectContent } from './large-object-data.ts'

const idBytes = 4

/** Counts large objects and digests them as they pass: each by its id, big-endian, and its bytes. docs/digest.md. */
export class LargeObjectDigester {
  bytes = 0
  readonly #kernel = newKernel()
  readonly #input = inputOf(this.#kernel)

  begin(oid: string): void {
    this.#input.writeUInt32BE(Number(oid))
    this.#kernel.takePart(idBytes)
  }

  take(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; at += this.#input.length) {
      const part = piece.subarray(at, at + this.#input.length)
      this.#input.set(part)
      this.#kernel.takePart(part.length)
    }
    this.bytes += piece.length
  }

  end(): void {
    this.#kernel.endItem()
  }

  /** The same objects; those whose content is read are in the digest. */
  async *passing(objects: AsyncIterable<LargeObjectContent>): AsyncGenerator<LargeObjectContent> {
    for await (const { oid, content } of objects) yield { oid, content: this.#passing(oid, content) }
  }

  async *#passing(oid: string, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    this.begin(oid)
    for await (const piece of content) {
      this.take(piece)
      yield piece
    }
    this.end()
  }

  /** Objects whose end has come. */
  get count(): number {
    return this.#kernel.rows()
  }

  get digest(): string {
    return digestOf(this.#kernel)
  }
}
