import { Schedule, type Step } from './schedule.ts'

/**
 * Has workers take steps until all are done; each is told whether the others find something to do beside it. At the first failure `stop` is told, so that the others end what they are at; rejects
 * with that failure when none of them runs any more.
 */
export async function runSteps<Worker, Work>(
  workers: readonly Worker[],
  steps: readonly Step<Work>[],
  work: (worker: Worker, work: Work, areOthersBusy: boolean) => Promise<void>,
  stop: AbortController,
): Promise<void> {
  const schedule = new Schedule(steps)
  let wake = Promise.withResolvers<void>()
  const wakeAll = () => {
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const takeSteps = async (worker: Worker) => {
    while (!stop.signal.aborted) {
      const step = schedule.take()
      if (step) {
        await work(worker, step.work, schedule.canBegin)
        schedule.done(step)
        wakeAll()
      } else if (schedule.isEmpty) return
      else await wake.promise
    }
  }
  await allOrStop(
    workers.map((worker) =>
      takeSteps(worker).catch((error) => {
        stop.abort(error)
        wakeAll()
        throw error
      }),
    ),
  )
  // Somebody else may have stopped them.
  stop.signal.throwIfAborted()
}

/** Waits for all, then rejects as the first of them did. */
async function allOrStop(works: readonly Promise<void>[]): Promise<void> {
  let failure: { readonly error: unknown } | undefined
  await Promise.all(
    works.map((work) =>
      work.catch((error) => {
        failure ??= { error }
      }),
    ),
  )
  if (failure) throw failure.error
}
