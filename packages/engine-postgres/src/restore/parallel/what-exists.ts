import { formatNumberOf, type RunContext } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type { ArchiveJob } from './archive-job.ts'
import { readable } from './in-unicode.ts'

/** What a restore that did not end has left in its target. */
export interface WhatExists {
  /** What was created, as `TABLE public.orders`, without what belongs to these. */
  readonly objects: readonly string[]
  /** Tables that have their rows. */
  readonly tables: readonly string[]
  /** Tables that have some of their rows only. */
  readonly partial: readonly string[]
  /** Statements that remove the objects, in the order in which they can run. */
  readonly remove: readonly string[]
}

/** They go with the table, view or schema that they are of, or can be gone over by another restore. */
const belongsToOthers =
  /^(INDEX|CONSTRAINT|CHECK CONSTRAINT|FK CONSTRAINT|TRIGGER|RULE|POLICY|ROW SECURITY|DEFAULT|COMMENT|SECURITY LABEL|ACL|DEFAULT ACL|EXTENSION|(TABLE|INDEX) ATTACH|PUBLICATION TABLE.*|SEQUENCE OWNED BY|SEQUENCE SET|.* DATA|BLOBS)$/
const canCascade =
  /^DROP (SCHEMA|TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE|FOREIGN TABLE|TYPE|DOMAIN|FUNCTION|PROCEDURE|AGGREGATE) /
const toldStatements = 10

/** What the entries that were restored have made. */
export function whatExists({ done, loaded, parted, encoding }: ArchiveJob): WhatExists {
  const inText = (text: string) => readable(text, encoding)
  const nameOf = (entry: TocEntry) => inText(writtenName(entry))
  const schemas = new Set(done.filter(({ description }) => description === 'SCHEMA').map(({ tag }) => tag))
  const objects = done.filter((entry) => !belongsToOthers.test(entry.description ?? ''))
  const removed = objects.filter(({ schema, dropStatement }) => dropStatement && !schemas.has(schema))
  return {
    objects: objects.map(nameOf),
    tables: [...loaded.keys()].map(nameOf),
    partial: [...parted.values()].filter(({ isPartial }) => isPartial).map(({ entry }) => nameOf(entry)),
    remove: removed.toReversed().map(({ dropStatement = '' }) => dropOf(inText(dropStatement).trim())),
  }
}

/** Tells what a restore that failed has left, and how to remove it. */
export function tellWhatExists(
  { objects, tables, partial, remove }: WhatExists,
  database: string,
  run: RunContext,
  isDestroyed: boolean,
): void {
  const told = remove.slice(0, toldStatements)
  const parts = partial.length > 0 ? `, and a part of the rows of ${partial.join(', ')}` : ''
  const others = remove.length > told.length ? ` … and ${remove.length - told.length} more` : ''
  run.onEvent({
    type: 'warning',
    code: 'RESTORE.INCOMPLETE',
    message: `The restore did not end; what is in ${database} now: at least ${formatNumberOf(objects.length, 'object')}, and the rows of ${formatNumberOf(tables.length, 'table')}${parts}.${isDestroyed ? ' What it dropped or emptied before is gone.' : ''}`,
    hint:
      remove.length > 0
        ? `to remove them: ${told.join(' ')}${others}`
        : 'look at the rows of its tables before it is restored again',
  })
}

const writtenName = ({ description = '', schema, tag = '' }: TocEntry) =>
  `${description === 'TABLE DATA' ? '' : `${description} `}${schema ? `${schema}.` : ''}${tag}`

const dropOf = (statement: string) => (canCascade.test(statement) ? statement.replace(/;$/, ' CASCADE;') : statement)
