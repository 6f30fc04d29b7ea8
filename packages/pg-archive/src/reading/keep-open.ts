/** The same items for a reader that may stop early, after which the rest is still there to be passed over. */
export async function* keepOpen<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  for (let item = await items.next(); !item.done; item = await items.next()) yield item.value
}
