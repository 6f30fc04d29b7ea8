/** Whether a destination is named like a plain SQL file. */
export const isPlainFile = (to: string) => /\.sql(\.gz|\.zst)?$/.test(to)
