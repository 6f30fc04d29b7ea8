import type { Stock } from '../stock.ts'

/** What `pg_restore --list` says of an archive, without dump ids and header. */
export interface Listed {
  readonly definitions: readonly string[]
  /** Rows and values. Ours are ordered by foreign keys, pg_dump's by name. */
  readonly data: readonly string[]
  /** Ours are one entry each, as in every version before 17. */
  readonly largeObjects: readonly string[]
}

const isOfData = /^\d+ \d+ (TABLE DATA|SEQUENCE SET) /
const isOfLargeObjects = /^\d+ \d+ (BLOB|BLOBS|BLOB METADATA|(ACL|COMMENT|SECURITY LABEL) - LARGE OBJECTS?) /

export async function listedBy(stock: Stock, archive: string): Promise<Listed> {
  const text = await stock.read(['--list', archive])
  const lines = [...text.matchAll(/^\d+; (.*)$/gm)].map(([, line = '']) => line)
  const isDefinition = (line: string) => !isOfData.test(line) && !isOfLargeObjects.test(line)
  return {
    definitions: lines.filter(isDefinition),
    data: lines.filter((line) => isOfData.test(line)),
    largeObjects: lines.filter((line) => isOfLargeObjects.test(line)),
  }
}
