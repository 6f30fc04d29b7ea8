import type { Exporter } from '@pgark/core'

/** Runs `work` and closes what it used, if anything, whatever happens. */
export async function whileOpen<T>(exporter: Exporter | undefined, work: () => Promise<T>): Promise<T> {
  const result = await orClose(exporter, work)
  await exporter?.close()
  return result
}

/** Runs `work`; what it used stays open unless it fails. */
export async function orClose<T>(exporter: Exporter | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // What failed first is what there is to tell.
    await exporter?.close().catch(() => {})
    throw error
  }
}
