import type { Contents, ContentsSequence, ContentsTable, RequiredRole, Selection, TableName } from '@pgark/core'
import { noRows } from '../copy/digest.ts'
import { renamedContents } from '../rename/renamed-contents.ts'
import type { BackupParts } from './backup-parts.ts'

/** What was written. */
export interface Written {
  readonly tables: readonly ContentsTable[]
  readonly sequences: readonly ContentsSequence[]
  readonly largeObjects: LargeObjectTotals
  readonly refreshed: readonly TableName[]
}

export interface LargeObjectTotals {
  readonly count: number
  readonly bytes: number
  readonly digest: string
  /** The roles that they name. */
  readonly roles: readonly RequiredRole[]
}

export const noLargeObjects: LargeObjectTotals = { count: 0, bytes: 0, digest: noRows, roles: [] }

/** What is in a backup, for its manifest. */
export function describeContents(
  parts: BackupParts,
  { tables, sequences, largeObjects, refreshed }: Written,
): Contents {
  const { request, snapshot, requirements, lockEstimate, cleaned, text, notValid, renaming } = parts
  const { count, bytes, digest } = largeObjects
  const contents: Contents = {
    contentsVersion: 1,
    source: { database: snapshot.server.database, serverVersion: snapshot.server.version, encoding: text.encoding },
    snapshot: { time: snapshot.time, lsn: snapshot.lsn },
    tables,
    sequences,
    largeObjects: { count, bytes, digest },
    refreshed,
    lockEstimate: lockEstimate + count,
    requirements: { ...requirements, roles: [...requirements.roles, ...largeObjects.roles] },
    selection: recorded(request.selection),
    ...(notValid.length > 0 && {
      notValid: notValid.map(({ schema, name, constraint }) => ({ schema, name, constraint })),
    }),
    ...(cleaned.length > 0 && { cleaned }),
  }
  if (!renaming) return contents
  const { naming, renamed, selection } = renaming
  // What it needs has the new names already.
  return {
    ...renamedContents(contents, naming),
    requirements: contents.requirements,
    selection: recorded(selection),
    renamed,
  }
}

const recorded = (selection: Selection): Contents['selection'] =>
  Object.fromEntries(Object.entries(selection).filter(([, value]) => value !== undefined))
