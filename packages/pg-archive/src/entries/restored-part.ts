import type { TocEntry } from '../toc/model.ts'

/** What a restore does with an entry: runs its definition, loads its data, sets statistics of the planner. */
export type RestoredPart = 'definition' | 'data' | 'statistics'

const setsUp = new Set(['ENCODING', 'STDSTRINGS', 'SEARCHPATH'])
const database = new Set(['DATABASE', 'DATABASE PROPERTIES'])
const describing = new Set(['ACL', 'COMMENT', 'SECURITY LABEL'])
const dataWithoutStream = new Set(['SEQUENCE SET', 'BLOB', 'BLOB METADATA'])
/** In place of a definition, on the rows of a partition that are loaded through the root. */
const viaRoot = '-- load via partition root '

/** Whether an entry only sets up the session of a restore: encoding, syntax of literals, search path. */
export const setsUpSession = ({ description = '' }: TocEntry) => setsUp.has(description)

/** Whether an entry makes or describes the database as a whole, which pg_restore does with `--create` only. */
export function isOfDatabase({ description = '', tag = '' }: TocEntry): boolean {
  return database.has(description) || (describing.has(description) && tag.startsWith('DATABASE '))
}

/** Whether an entry is a large object, several of them, or what describes or protects them. */
export function isOfLargeObject({ description = '', tag = '' }: TocEntry): boolean {
  if (describing.has(description)) return tag.startsWith('LARGE OBJECT')
  return description === 'BLOB' || description === 'BLOB METADATA' || description === 'BLOBS'
}

/**
 * What a restore of everything does with an entry, as `_tocEntryRequired` of pg_backup_archiver.c has it; undefined for what is
 * not restored by itself. Large objects with all that describes them are data, and so are the values of sequences.
 */
export function restoredPart(entry: TocEntry): RestoredPart | undefined {
  const { description = '', definition, hadDumper } = entry
  if (setsUpSession(entry)) return undefined
  if (description === 'STATISTICS DATA') return 'statistics'
  if (hadDumper || dataWithoutStream.has(description) || isOfLargeObject(entry)) return 'data'
  return definition && !definition.startsWith(viaRoot) ? 'definition' : undefined
}
