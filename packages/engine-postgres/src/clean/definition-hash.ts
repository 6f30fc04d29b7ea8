import { createHash } from 'node:crypto'
import type { TocEntry } from '@pgark/pg-archive'
import type { FileText } from '../backup/file-text.ts'
import { canonicalSql } from '../compare/definitions/canonical-sql.ts'

/** By which a definition is known again: of its kind, name and meaning, in lower-case hex. `decode` is how the archive was read. */
export function definitionHash(
  { description, schema, tag = '', definition = '' }: TocEntry,
  decode: FileText['decode'],
): string {
  const inBytes = (text: string) => Buffer.from(text, decode).toString('latin1')
  const meaning = [description, inBytes(schema ?? ''), inBytes(tag), canonicalSql(inBytes(definition))]
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex')
}

/** Whether two definitions differ in spaces and comments only. */
export const isSameSql = ({ definition: one = '' }: TocEntry, { definition: other = '' }: TocEntry) =>
  one.trimEnd() === other.trimEnd() || canonicalSql(one) === canonicalSql(other)
