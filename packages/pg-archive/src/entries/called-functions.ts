import type { TocEntry } from '../toc/model.ts'

/** They have values for all rows computed. */
const computing = new Set(['INDEX', 'CONSTRAINT', 'CHECK CONSTRAINT'])
/** Those of an extension are no entries. */
const functions = new Set(['FUNCTION', 'OPERATOR', 'OPERATOR CLASS'])

/**
 * What such a constraint computes and compares by depends on the index behind it, which is no entry of its own: it may be any. A key
 * without overlaps is one, too.
 */
export const isExclusion = ({ description, definition = '' }: TocEntry) =>
  description === 'CONSTRAINT' && / EXCLUDE USING | WITHOUT OVERLAPS\)/.test(definition)

/** Whether an entry has functions of the archive called when it is restored. They may read any table, which nothing tells. */
export const callsFunctions = (entry: TocEntry, kindOf: (id: number) => string | undefined) =>
  computing.has(entry.description ?? '') &&
  (isExclusion(entry) || entry.dependencies.some((id) => functions.has(kindOf(id) ?? '')))
