/** Lets so many in at once; the others wait in the order in which they came. */
export class Gate {
  #open: number
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number) {
    this.#open = atOnce
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open > 0) this.#open--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#open++
    }
  }
}
