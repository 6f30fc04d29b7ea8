import type { TestServer } from './embedded.ts'

/** What a database holds beside rows and definitions, one line for each fact. */
export interface DatabaseFacts {
  readonly encoding: string
  readonly lines: readonly string[]
  readonly relations: readonly ComparedRelation[]
}

/** A relation whose rows are compared: a table by itself, a tree of partitions as one, a materialised view that is filled. */
export interface ComparedRelation {
  /** Qualified and quoted. */
  readonly name: string
  readonly isTree: boolean
  /** Rows of such a tree may lie in other partitions after a restore: enum values hash by their oid. */
  readonly hashesEnums: boolean
}

// https://www.postgresql.org/docs/current/catalog-pg-class.html
const relationSql = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind::text AS kind, c.relpersistence::text AS persistence,
         c.relispopulated AS "isPopulated", c.relispartition AS "isPartition",
         c.relkind = 'p' AND EXISTS (
           SELECT FROM pg_partition_tree(c.oid) tree JOIN pg_partitioned_table p ON p.partrelid = tree.relid
           JOIN pg_opclass o ON o.oid = ANY (p.partclass) WHERE p.partstrat = 'h' AND o.opcname = 'enum_ops') AS "hashesEnums"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`
const largeObjectSql = `
  SELECT format('large object %s of %s %s %L %s', m.oid, pg_get_userbyid(m.lomowner),
           (SELECT array_agg(item::text ORDER BY item::text) FROM unnest(m.lomacl) item), obj_description(m.oid, 'pg_largeobject'),
           md5(lo_get(m.oid))) AS line
  FROM pg_largeobject_metadata m ORDER BY m.oid`

export async function readFacts(server: TestServer, database: string): Promise<DatabaseFacts> {
  const { rows: all } = await server.query(relationSql, database)
  const names = (kinds: string) => all.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name as string)
  const sequences = names('S').map(
    (name) => `SELECT '${name.replaceAll("'", "''")}' || last_value || is_called AS line FROM ${name}`,
  )
  const { rows: values } =
    sequences.length > 0 ? await server.query(sequences.join(' UNION ALL '), database) : { rows: [] }
  const { rows: objects } = await server.query(largeObjectSql, database)
  const { rows: settings } = await server.query("SELECT current_setting('server_encoding') AS encoding", database)
  return {
    encoding: settings[0].encoding,
    lines: [
      ...all.map(({ name, kind, persistence, isPopulated }) => [name, kind, persistence, isPopulated].join(' ')),
      ...values.map(({ line }) => line),
      ...objects.map(({ line }) => line),
    ],
    relations: all
      .filter(({ kind, isPartition, isPopulated }) => kind !== 'S' && !isPartition && isPopulated)
      .map(({ name, kind, hashesEnums }) => ({ name, isTree: kind === 'p', hashesEnums })),
  }
}
