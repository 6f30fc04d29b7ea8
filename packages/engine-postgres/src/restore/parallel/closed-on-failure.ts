/** Does something with a session that nobody else has yet, and closes it where that fails. */
export async function closedOnFailure<T>(
  session: { readonly close: () => Promise<void> },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await session.close()
    throw error
  }
}
