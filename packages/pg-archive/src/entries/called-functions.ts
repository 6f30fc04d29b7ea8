import type { TocEntry } from '../toc/model.ts'

/** They have values for all rows computed. */
const computing = new Set(['INDEX', 'CONSTRAINT', 'CHECK CONSTRAINT'])
/** Those of an extension are no entries. */
const functions = new Set(['FUNCTION', 'OPERATOR', 'OPERATOR CLASS'])

/** What an exclusion constraint computes and compares by depends on the index behind it, which is no entry of its own: it may be any. */
export const isExclusion = ({ description, definition }: TocEntry) =>
  description === 'CONSTRAINT' && definition?.includes(' EXCLUDE USING ') === true

/** Whether an entry has functions of the archive called when it is restored. They may read any table, which nothing tells. */
export const callsFunctions = (entry: TocEntry, kindOf: (id: number) => string | undefined) =>
  computing.has(entry.description ?? '') &&
  (isExclusion(entry) || entry.dependencies.some((id) => functions.has(kindOf(id) ?? '')))
