/** Calls to a destination that wait for each other's answers, mostly. */
const width = 8

/**
 * `work` for each item, several at a time, the answers in the order of the items. After the first failure nothing more begins;
 * it is told once what had begun has ended.
 */
export async function atOnce<T, R>(items: Iterable<T>, work: (item: T) => Promise<R>): Promise<R[]> {
  const waiting = [...items].entries()
  const answers: R[] = []
  let failure: { readonly error: unknown } | undefined
  const worker = async () => {
    for (const [index, item] of waiting) {
      if (failure) return
      try {
        answers[index] = await work(item)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  if (failure) throw failure.error
  return answers
}
