import type { TocEntry } from '@pgark/pg-archive'

/** Things whose names must not be taken twice. */
export interface ConflictKind {
  /** What an entry creates of it, by schema (empty where it is in none) and name. */
  made(entry: TocEntry): readonly { schema: string; name: string }[]
  /** All that is in a database, with the same two columns. */
  readonly existing: string
  label(schema: string, name: string): string
}

const relations = ['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE', 'INDEX']
const types = ['TYPE', 'DOMAIN', 'TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE']
const qualified = (schema: string, name: string) => `${schema}.${name}`
const signature = (_: string, name: string) => name

/** Things that are known by their schema and name. */
function inSchema(descriptions: readonly string[], catalogue: string, prefix: string, label = qualified): ConflictKind {
  return {
    made: ({ description = '', schema = '', tag = '' }) =>
      descriptions.includes(description) ? [{ schema, name: tag }] : [],
    existing: `SELECT nspname::text AS schema, ${prefix}name::text AS name FROM ${catalogue} c JOIN pg_namespace n ON n.oid = c.${prefix}namespace`,
    label,
  }
}

/** Things that belong to the database as a whole. */
function inDatabase(description: string, catalogue: string, column: string, word: string): ConflictKind {
  return {
    // Neither an extension's definition nor that of a schema that every database has fails where it is there.
    made: ({ description: kind, tag = '', definition }) =>
      kind === description && /^CREATE /m.test(definition ?? '') ? [{ schema: '', name: tag }] : [],
    existing: `SELECT '' AS schema, ${column}::text AS name FROM ${catalogue}`,
    label: (_, name) => `the ${word} ${name}`,
  }
}

/** Things that share a name with others, as the statements that drop them write it. */
function bySignature(kind: RegExp, existing: string, word: string): ConflictKind {
  return {
    made: ({ dropStatement = '' }) => {
      const [, name] = kind.exec(dropStatement) ?? []
      return name === undefined ? [] : [{ schema: '', name: name.replace(/\(\*\)$/, '()') }]
    },
    existing: `SELECT '' AS schema, ${existing}`,
    label: (schema, name) => `the ${word} ${signature(schema, name)}`,
  }
}

const functions = `
  quote_ident(nspname) || '.' || quote_ident(proname) || '(' || array_to_string(ARRAY(
    SELECT format_type(type, NULL) FROM unnest(proargtypes) WITH ORDINALITY AS a (type, i) ORDER BY i), ', ') || ')' AS name
  FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname NOT IN ('pg_catalog', 'information_schema')`
const operators = `
  quote_ident(nspname) || '.' || oprname || ' (' || CASE oprleft WHEN 0 THEN 'NONE' ELSE format_type(oprleft, NULL) END
    || ', ' || CASE oprright WHEN 0 THEN 'NONE' ELSE format_type(oprright, NULL) END || ')' AS name
  FROM pg_operator JOIN pg_namespace n ON n.oid = oprnamespace WHERE nspname <> 'pg_catalog'`
const ofAccessMethod = (catalogue: string, prefix: string) => `
  quote_ident(nspname) || '.' || quote_ident(${prefix}name) || ' USING ' || quote_ident(amname) AS name
  FROM ${catalogue} c JOIN pg_namespace n ON n.oid = c.${prefix}namespace JOIN pg_am a ON a.oid = c.${prefix}method
  WHERE nspname <> 'pg_catalog'`

const largeObjects: ConflictKind = {
  made: ({ description = '', definition = '' }) =>
    description === 'BLOB' || description === 'BLOB METADATA'
      ? [...definition.matchAll(/lo_create\('(\d+)'\)/g)].map(([, oid = '']) => ({ schema: '', name: oid }))
      : [],
  existing: "SELECT '' AS schema, oid::text AS name FROM pg_largeobject_metadata",
  label: (_, name) => `the large object ${name}`,
}

/** What the definitions of an archive create, beyond what belongs to a table of theirs. */
// https://www.postgresql.org/docs/current/catalogs-overview.html
export const conflictKinds: readonly ConflictKind[] = [
  inDatabase('SCHEMA', 'pg_namespace', 'nspname', 'schema'),
  inSchema(relations, 'pg_class', 'rel'),
  inSchema(types, 'pg_type', 'typ'),
  bySignature(/^DROP (?:FUNCTION|PROCEDURE|AGGREGATE) (.*);\s*$/s, functions, 'function'),
  bySignature(/^DROP OPERATOR (?!CLASS |FAMILY )(.*);\s*$/s, operators, 'operator'),
  bySignature(/^DROP OPERATOR CLASS (.*);\s*$/s, ofAccessMethod('pg_opclass', 'opc'), 'operator class'),
  bySignature(/^DROP OPERATOR FAMILY (.*);\s*$/s, ofAccessMethod('pg_opfamily', 'opf'), 'operator family'),
  inSchema(['COLLATION'], 'pg_collation', 'coll'),
  inSchema(['CONVERSION'], 'pg_conversion', 'con'),
  inSchema(['STATISTICS'], 'pg_statistic_ext', 'stx'),
  inSchema(['TEXT SEARCH PARSER'], 'pg_ts_parser', 'prs'),
  inSchema(['TEXT SEARCH DICTIONARY'], 'pg_ts_dict', 'dict'),
  inSchema(['TEXT SEARCH TEMPLATE'], 'pg_ts_template', 'tmpl'),
  inSchema(['TEXT SEARCH CONFIGURATION'], 'pg_ts_config', 'cfg'),
  inDatabase('FOREIGN DATA WRAPPER', 'pg_foreign_data_wrapper', 'fdwname', 'foreign-data wrapper'),
  inDatabase('SERVER', 'pg_foreign_server', 'srvname', 'server'),
  inDatabase('ACCESS METHOD', 'pg_am', 'amname', 'access method'),
  inDatabase('EVENT TRIGGER', 'pg_event_trigger', 'evtname', 'event trigger'),
  inDatabase('PUBLICATION', 'pg_publication', 'pubname', 'publication'),
  largeObjects,
]
