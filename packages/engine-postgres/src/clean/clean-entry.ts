import { type CleanContext, type Cleaner, type Definition, isPgarkError, PgarkError } from '@pgark/core'
import { isListed, restoredPart, type TocEntry } from '@pgark/pg-archive'
import { entryName } from './entry-name.ts'

/** An entry before and after the cleaners. */
export interface CleanedEntry {
  readonly before: TocEntry
  /** Undefined where it is left out. */
  readonly after: TocEntry | undefined
  /** The last one that changed it, or the one that left it out; undefined where it is as it was. */
  readonly cleaner: string | undefined
}

/** Applies cleaners to one definition; what is none, such as what sets up the session, stays as it is. */
export async function cleanEntry(
  before: TocEntry,
  cleaners: readonly Cleaner[],
  context: CleanContext,
): Promise<CleanedEntry> {
  let after = before
  let cleaner: string | undefined
  for (const each of isDefinition(before) ? cleaners : []) {
    context.signal.throwIfAborted()
    const given = definitionOf(after)
    const cleaned = await ask(each, given, context)
    if (cleaned === undefined) {
      if (each.keepsAll) throw refused(each, before, 'leaves it out, though it says that it keeps everything')
      return { before, after: undefined, cleaner: each.name }
    }
    if (typeof cleaned.sql !== 'string') throw refused(each, before, 'gave back what is no definition')
    if (cleaned.kind !== given.kind || cleaned.schema !== given.schema || cleaned.name !== given.name) {
      throw refused(
        each,
        before,
        'made another object of it',
        'give an object another name by renameSchemas or renameTables',
      )
    }
    if (cleaned.sql !== given.sql || cleaned.dropSql !== given.dropSql) cleaner = each.name
    after = { ...after, definition: cleaned.sql, dropStatement: cleaned.dropSql ?? after.dropStatement }
  }
  return { before, after, cleaner }
}

const isDefinition = (entry: TocEntry) => isListed(entry) && restoredPart(entry) === 'definition'

const definitionOf = ({
  description = '',
  schema,
  tag = '',
  definition = '',
  dropStatement,
}: TocEntry): Definition => ({
  kind: description,
  ...(schema && { schema }),
  name: tag,
  sql: definition,
  ...(dropStatement !== undefined && { dropSql: dropStatement }),
})

async function ask(cleaner: Cleaner, definition: Definition, context: CleanContext): Promise<Definition | undefined> {
  try {
    return await cleaner.clean(definition, context)
  } catch (cause) {
    if (context.signal.aborted) throw context.signal.reason
    const { kind, schema, name } = definition
    const what = `The cleaner ${cleaner.name} failed on ${kind} ${schema ? `${schema}.` : ''}${name}`
    if (!isPgarkError(cause)) throw new PgarkError('REFUSED.CLEAN', `${what}.`, { cause })
    const { code, message, hint, meta } = cause
    throw new PgarkError(code, `${what}: ${message}`, { meta, cause, ...(hint !== undefined && { hint }) })
  }
}

const refused = ({ name }: Cleaner, entry: TocEntry, why: string, hint?: string) =>
  new PgarkError('REFUSED.CLEAN', `The cleaner ${name} was given ${entryName(entry)}, and ${why}.`, {
    hint: hint ?? 'this is a fault of the cleaner; report it to its authors',
  })
