import type { GcsRequest, Operation } from './request.ts'

/** What goes wrong with one request. */
export type Fault =
  /** Answered with this, and not done. */
  | { readonly status: number; readonly reason?: string; readonly message?: string }
  /** Answered with this text, by something that is not the object store. Status 200 unless told otherwise. */
  | { readonly answer: string; readonly answerStatus?: number }
  /** The connection breaks after so many bytes of the request's body; the server keeps what arrived of a chunk. */
  | { readonly cutRequestAfter: number }
  /** Nothing is done and nothing is ever answered. */
  | 'stall'
  /** It is done, and the connection breaks before the answer. */
  | 'lose-answer'
  /** It is done, and nothing is ever answered. */
  | 'withhold-answer'
  /** The connection breaks, or falls silent, after so many bytes of the answer's body. */
  | { readonly cutAnswerAfter: number }
  | { readonly stallAnswerAfter: number }
  /** One bit of what arrives, or of what is answered, is another one. */
  | 'corrupt-request'
  | 'corrupt-answer'
  /** The crc32c of the object that is answered is another one. */
  | 'wrong-checksum'
  /** Of a chunk no more than this is kept, and so it is said. */
  | { readonly keepAtMost: number }
  /** The server has forgotten every upload. */
  | 'forget-uploads'
  /** Done and answered, by a server whose clock is so much ahead. */
  | { readonly clockAheadMs: number }

export type When = Operation | ((request: GcsRequest) => boolean)

/** Faults that wait for the request that they are meant for. */
export class Faults {
  #armed: { when: When; fault: Fault; times: number }[] = []

  /** The next `times` requests of that kind meet that fault. */
  arm(when: When, fault: Fault, times = 1): void {
    this.#armed.push({ when, fault, times })
  }

  /** Requests that are still to meet one. */
  get left(): number {
    return this.#armed.reduce((sum, { times }) => sum + times, 0)
  }

  disarm(): void {
    this.#armed = []
  }

  take(request: GcsRequest): Fault | undefined {
    const due = this.#armed.find(({ when }) => (typeof when === 'string' ? when === request.operation : when(request)))
    if (!due) return undefined
    due.times -= 1
    if (due.times <= 0) this.#armed = this.#armed.filter((each) => each !== due)
    return due.fault
  }
}
