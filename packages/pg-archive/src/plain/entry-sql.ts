import { quoteIdentifier } from '@pgark/pg-sql'
import { ArchiveError } from '../archive-error.ts'
import { createdLargeObjects } from '../entries/group-of-large-objects.ts'
import type { TocEntry } from '../toc/model.ts'

export interface EntrySqlOptions {
  /** Write `ALTER … OWNER TO`. */
  readonly owners: boolean
}

const ownedByName = new Set([
  'COLLATION',
  'CONVERSION',
  'DOMAIN',
  'FOREIGN TABLE',
  'MATERIALIZED VIEW',
  'SEQUENCE',
  'STATISTICS',
  'TABLE',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH CONFIGURATION',
  'TYPE',
  'VIEW',
  'PROCEDURAL LANGUAGE',
  'SCHEMA',
  'EVENT TRIGGER',
  'FOREIGN DATA WRAPPER',
  'SERVER',
  'PUBLICATION',
  'SUBSCRIPTION',
])
/** Their signature stands nowhere but in the DROP statement. */
const ownedBySignature = new Set([
  'AGGREGATE',
  'FUNCTION',
  'OPERATOR',
  'OPERATOR CLASS',
  'OPERATOR FAMILY',
  'PROCEDURE',
])

/** The statements that give one object its tablespace and access method have effect until the next ones. */
export class PlainSettings {
  #tablespace: string | undefined
  #accessMethod: string | undefined

  /** What was set may not be so any more: it is set again before the next object that needs it. */
  forget(): void {
    this.#tablespace = undefined
    this.#accessMethod = undefined
  }

  /** What must be set before this entry's definition. */
  before(entry: TocEntry): string {
    let sql = ''
    if (entry.tablespace !== undefined && entry.tablespace !== this.#tablespace) {
      this.#tablespace = entry.tablespace
      sql += `SET default_tablespace = ${entry.tablespace === '' ? "''" : quoteIdentifier(entry.tablespace)};\n\n`
    }
    const accessMethod = isPartitioned(entry) ? undefined : entry.tableAccessMethod
    if (accessMethod && accessMethod !== this.#accessMethod) {
      this.#accessMethod = accessMethod
      sql += `SET default_table_access_method = ${quoteIdentifier(accessMethod)};\n\n`
    }
    return sql
  }
}

/** One entry as a piece of a plain script: a comment that names it, its definition, its owner. */
export function entrySql(entry: TocEntry, { owners }: EntrySqlOptions): string {
  const owner = owners ? ownerSql(entry) : ''
  const accessMethod =
    isPartitioned(entry) && entry.tableAccessMethod
      ? `ALTER TABLE ${qualifiedName(entry)} SET ACCESS METHOD ${quoteIdentifier(entry.tableAccessMethod)};\n\n`
      : ''
  return `${entryComment(entry, owners)}${entry.definition ?? ''}\n\n${accessMethod}${owner}`
}

/** The comment by which pg_dump introduces an object, with nothing in it that could end the comment's line. */
export function entryComment(entry: Pick<TocEntry, 'tag' | 'description' | 'schema' | 'owner'>, owners = true): string {
  const { tag = '-', description = '-', schema, owner } = entry
  const title = `Name: ${tag}; Type: ${description}; Schema: ${schema || '-'}; Owner: ${(owners && owner) || '-'}`
  return `--\n-- ${escapeLineEnds(title)}\n--\n\n`
}

/** Carriage returns and line feeds written as `\r` and `\n`, so that text stays within one comment line. */
export const escapeLineEnds = (text: string) => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n')

/** Whether a plain script gives the entry an owner, by a statement of its own. */
export const hasOwner = (entry: TocEntry) => ownerSql(entry) !== ''

function ownerSql(entry: TocEntry): string {
  const { description = '', owner, dropStatement } = entry
  if (!owner || !dropStatement) return ''
  const oids = createdLargeObjects(entry)
  if (oids.length > 0) {
    return `${oids.map((oid) => `ALTER LARGE OBJECT ${oid} OWNER TO ${quoteIdentifier(owner)};\n`).join('')}\n`
  }
  if (ownedByName.has(description))
    return `ALTER ${description} ${qualifiedName(entry)} OWNER TO ${quoteIdentifier(owner)};\n\n`
  if (!ownedBySignature.has(description)) return ''
  const signature = dropStatement.replace(/^DROP /, '').replace(/[;\n]+$/, '')
  return `ALTER ${signature} OWNER TO ${quoteIdentifier(owner)};\n\n`
}

function qualifiedName({ dumpId, description, schema, tag }: TocEntry): string {
  if (!tag) {
    throw new ArchiveError('ARCHIVE.CORRUPT', `Entry ${dumpId} (${description}) has no name.`, {
      meta: { dumpId },
      hint: 'use another copy',
    })
  }
  return schema ? `${quoteIdentifier(schema)}.${quoteIdentifier(tag)}` : quoteIdentifier(tag)
}

const isPartitioned = (entry: TocEntry) => entry.relkind === 'p'
