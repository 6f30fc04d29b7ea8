import { digestOf } from './digest.ts'
import { inputOf, newKernel } from './kernel-instance.ts'

/** Counts and digests rows of COPY text that is not in the wire's messages, such as that of a stored backup. */
export class TextDigester {
  readonly #kernel = newKernel()
  readonly #input = inputOf(this.#kernel)

  /** Takes text in pieces that need not align with rows. A line of `\.` ends the rows; what comes after it is not looked at. */
  take(text: Uint8Array): void {
    for (let at = 0; at < text.length; at += this.#input.length) {
      const piece = text.subarray(at, at + this.#input.length)
      this.#input.set(piece)
      this.#kernel.takeText(piece.length)
    }
  }

  /** Rows whose end has come. */
  get rows(): number {
    return this.#kernel.rows()
  }

  get digest(): string {
    return digestOf(this.#kernel)
  }

  /** Begins with other rows. */
  reset(): void {
    this.#kernel.reset()
  }
}
