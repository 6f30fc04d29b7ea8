/** Works on items as they come, at most so many at once. The first failure is thrown when nothing is under way any more. */
export async function eachOf<T>(
  items: AsyncIterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let failed: { readonly error: unknown } | undefined
  const run = async (item: T) => {
    try {
      await work(item)
    } catch (error) {
      failed ??= { error }
    }
  }
  try {
    for await (const item of items) {
      const begun = run(item).finally(() => running.delete(begun))
      running.add(begun)
      if (running.size >= atOnce) await Promise.race(running)
      if (failed) break
    }
  } finally {
    await Promise.all(running)
  }
  if (failed) throw failed.error
}
