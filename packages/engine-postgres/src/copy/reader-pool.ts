import type { CopyReceipt, CopyTask } from '@pgark/core'
import type { SnapshotReader } from './snapshot-reader.ts'

type TaskRows = AsyncGenerator<Uint8Array, CopyReceipt>

/**
 * Connections that see one snapshot. Each begins the next task as soon as it has received the one before: all connections work on
 * the first sequence that still has tasks, and go over to the next while what they received is being passed on.
 */
export class ReaderPool {
  readonly #readers: readonly SnapshotReader[]
  readonly #idle: SnapshotReader[]
  /** With tasks that are not begun yet, in the order in which they are to be. */
  readonly #waiting: Sequence[] = []

  constructor(readers: readonly SnapshotReader[]) {
    this.#readers = readers
    this.#idle = [...readers]
  }

  /**
   * The rows of each task, in the tasks' order; whoever takes one must read it to its end, and go on with the next. Many sequences
   * may be read at the same time, and none needs to wait for another: tasks are begun in the order in which they were asked for.
   */
  read(tasks: Iterable<CopyTask>): AsyncIterator<TaskRows, undefined> {
    const sequence = new Sequence(tasks)
    this.#waiting.push(sequence)
    for (const reader of this.#idle.splice(0)) void this.#work(reader)
    return sequence
  }

  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.close()))
  }

  /** Never rejects: what fails is told by the task's rows. A reader that failed begins nothing any more. */
  async #work(reader: SnapshotReader): Promise<void> {
    for (let sequence = this.#waiting[0]; sequence; sequence = this.#waiting[0]) {
      const isLeft = sequence.begin(reader)
      if (!isLeft) this.#waiting.shift()
      else if (!(await isLeft)) return
    }
    this.#idle.push(reader)
  }
}

/** Tasks of which some are begun, each once, and handed out in their order. */
class Sequence implements AsyncIterator<TaskRows, undefined> {
  readonly #tasks: Iterator<CopyTask>
  readonly #begun: TaskRows[] = []
  #isOver = false
  #onChange = () => {}

  constructor(tasks: Iterable<CopyTask>) {
    this.#tasks = tasks[Symbol.iterator]()
  }

  /** Begins the next task; undefined where none is left. */
  begin(reader: SnapshotReader): Promise<boolean> | undefined {
    const next = this.#tasks.next()
    this.#isOver = next.done === true
    const task = next.done ? undefined : reader.copy(next.value)
    if (task) this.#begun.push(task.rows)
    this.#onChange()
    return task?.isComplete
  }

  async next(): Promise<IteratorResult<TaskRows, undefined>> {
    while (this.#begun.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve
      })
    }
    const value = this.#begun.shift()
    return value ? { value, done: false } : { value: undefined, done: true }
  }
}
