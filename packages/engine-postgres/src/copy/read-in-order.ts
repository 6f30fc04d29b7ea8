import type { CopyReceipt, CopyTask } from '@pgark/core'
import type { SnapshotReader } from './snapshot-reader.ts'

/**
 * Reads tasks by several connections at once and yields their rows in the tasks' order: while one is being passed on, each other
 * connection reads ahead in a task that comes after it. Returns the receipts.
 */
export async function* readInOrder(
  tasks: readonly CopyTask[],
  readers: readonly SnapshotReader[],
  onBlock: (block: Uint8Array) => void,
): AsyncGenerator<Uint8Array, CopyReceipt[]> {
  const running: AsyncGenerator<Uint8Array, CopyReceipt>[] = []
  const startNext = (reader: SnapshotReader) => {
    const task = tasks[running.length]
    if (task) running.push(reader.copy(task))
  }
  readers.forEach(startNext)
  const receipts: CopyReceipt[] = []
  for (let at = 0; at < running.length; at++) {
    const rows = running[at] as AsyncGenerator<Uint8Array, CopyReceipt>
    let next = await rows.next()
    for (; !next.done; next = await rows.next()) {
      onBlock(next.value)
      yield next.value
    }
    receipts.push(next.value)
    // The order of tasks is that of the readers, over and over: the one that is free now is whose turn it is.
    startNext(readers[at % readers.length] as SnapshotReader)
  }
  return receipts
}
