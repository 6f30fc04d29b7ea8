import type { ContentsSequence, TableName } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { refreshSql, setvalSql } from '../backup/after-rows.ts'
import { type BackupParts, nameInBackup } from '../backup/backup-parts.ts'
import type { TableToCopy } from '../backup/describe-tables.ts'
import { copyInSql } from '../backup/table-rows.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import { type NewEntries, withData } from './new-entry.ts'

const ownerSql = `
  SELECT pg_get_userbyid(c.relowner) AS owner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2`

/** What names an object in the entries about its data. */
type Named = Pick<TocEntry, 'schema' | 'tag' | 'owner'>

/** The entries of relations by name, as pg_dump wrote them. */
export class RelationEntries {
  readonly #byName: ReadonlyMap<string, TocEntry>
  readonly #parts: BackupParts
  readonly #entries: NewEntries

  constructor(parts: BackupParts, entries: NewEntries) {
    const relations = new Set(['TABLE', 'SEQUENCE', 'MATERIALIZED VIEW'])
    this.#byName = new Map(
      parts.archive.entries
        .filter(({ description = '' }) => relations.has(description))
        .map((entry) => [key(entry.schema, entry.tag), entry]),
    )
    this.#parts = parts
    this.#entries = entries
  }

  /** `TABLE DATA`: a table's rows. Loaded through the root of its partitions where pg_dump would do so, and says it as pg_dump does. */
  async rows(table: TableToCopy): Promise<TocEntry> {
    const { relation, shape } = table
    const [copyStatement = '', root] = await this.#parts.text.inDump([
      copyInSql(table, this.#parts),
      ...(shape.loadInto ? [`-- load via partition root ${qualifiedName(this.#named(shape.loadInto))}`] : []),
    ])
    return this.#entries.make({
      ...(await this.#about(relation)),
      description: 'TABLE DATA',
      section: 'data',
      catalogId: { tableOid: 0, oid: relation.oid },
      definition: root,
      copyStatement,
      data: withData,
    })
  }

  /** `SEQUENCE SET`: its value. */
  async value(sequence: ContentsSequence): Promise<TocEntry> {
    const [definition] = await this.#parts.text.inDump([setvalSql({ ...sequence, ...this.#named(sequence) })])
    return this.#entries.make({
      ...(await this.#about(sequence)),
      description: 'SEQUENCE SET',
      section: 'data',
      definition,
    })
  }

  /** `MATERIALIZED VIEW DATA`: fills it, after those that were filled `before`, which it may read. */
  async refresh(view: TableName, before: readonly number[]): Promise<TocEntry> {
    const [definition] = await this.#parts.text.inDump([refreshSql(this.#named(view))])
    const about = await this.#about(view)
    return this.#entries.make({
      ...about,
      catalogId: { tableOid: 0, oid: this.#entryOf(about)?.catalogId.oid ?? 0 },
      dependencies: [...about.dependencies, ...before],
      description: 'MATERIALIZED VIEW DATA',
      section: 'post-data',
      definition,
    })
  }

  #named(relation: TableName): TableName {
    return nameInBackup(this.#parts, relation)
  }

  async #about(relation: TableName): Promise<Named & Pick<TocEntry, 'dependencies'>> {
    const { text, request } = this.#parts
    const { schema, name } = this.#named(relation)
    const [dumpedSchema, tag] = await text.inDump([schema, name])
    const entry = this.#entryOf({ schema: dumpedSchema, tag })
    const owner = request.selection.noOwner ? '' : (entry?.owner ?? (await this.#ownerOf(relation)))
    return { schema: dumpedSchema, tag, owner, dependencies: entry ? [entry.dumpId] : [] }
  }

  /** What belongs to an extension has no entry of its own. */
  async #ownerOf({ schema, name }: TableName): Promise<string | undefined> {
    const { rows } = await this.#parts.snapshot.client.query(ownerSql, [schema, name])
    const [owner] = await this.#parts.text.inDump([rows[0].owner])
    return owner
  }

  #entryOf({ schema, tag }: Pick<TocEntry, 'schema' | 'tag'>): TocEntry | undefined {
    return this.#byName.get(key(schema, tag))
  }
}

const key = (schema: string | undefined, name: string | undefined) => `${schema}\0${name}`
