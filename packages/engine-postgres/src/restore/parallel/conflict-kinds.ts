import type { TocEntry } from '@pgark/pg-archive'
import { partKinds } from './part-kinds.ts'

/** Things whose names must not be taken twice. */
export interface ConflictKind {
  /** What an entry creates of it, by schema (empty where it is in none) and name. */
  made(entry: TocEntry): readonly { schema: string; name: string }[]
  /** The catalogue that it is in, as `pg_depend` refers to it. */
  readonly catalogue: string
  /** All that is in a database, with the same two columns and `oid`. */
  readonly existing: string
  /** It is there only where what it belongs to is. */
  readonly isPart?: true
  label(schema: string, name: string): string
}

const relations = ['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE', 'INDEX']
const types = ['TYPE', 'DOMAIN', 'TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE']
const qualified = (schema: string, name: string) => `${schema}.${name}`

/** Things that are known by their schema and name. */
function inSchema(descriptions: readonly string[], catalogue: string, prefix: string, label = qualified): ConflictKind {
  return {
    made: ({ description = '', schema = '', tag = '' }) =>
      descriptions.includes(description) ? [{ schema, name: tag }] : [],
    catalogue,
    existing: `SELECT nspname::text AS schema, ${prefix}name::text AS name, c.oid FROM ${catalogue} c JOIN pg_namespace n ON n.oid = c.${prefix}namespace`,
    label,
  }
}

/** Things that belong to the database as a whole. */
function inDatabase(
  description: string,
  catalogue: string,
  column: string,
  word: string,
  rows = catalogue,
): ConflictKind {
  return {
    // What replaces a language does not fail where it is there, nor does the definition of a schema that every database has.
    made: ({ description: kind, tag = '', definition }) =>
      kind === description && /^CREATE (?!OR REPLACE )/m.test(definition ?? '') ? [{ schema: '', name: tag }] : [],
    catalogue,
    existing: `SELECT '' AS schema, ${column}::text AS name, oid FROM ${rows}`,
    label: (_, name) => `the ${word} ${name}`,
  }
}

/** Things that share a name with others, as the statements that drop them write it. */
function bySignature(kind: RegExp, catalogue: string, existing: string, word: string): ConflictKind {
  return {
    made: ({ dropStatement = '' }) => {
      const [, name] = kind.exec(dropStatement) ?? []
      return name === undefined ? [] : [{ schema: '', name }]
    },
    catalogue,
    existing: `SELECT '' AS schema, ${existing}`,
    label: (_, name) => `the ${word} ${name}`,
  }
}

/** Their names have the types of arguments; the statements that drop them have the arguments' names, too. */
const routines: ConflictKind = {
  made: ({ description = '', schema = '', tag = '' }) =>
    ['FUNCTION', 'PROCEDURE', 'AGGREGATE'].includes(description)
      ? [{ schema, name: tag.replace(/\(\*\)$/, '()') }]
      : [],
  catalogue: 'pg_proc',
  existing: `
  SELECT nspname::text AS schema, proname || '(' || array_to_string(ARRAY(
    SELECT format_type(type, NULL) FROM unnest(proargtypes) WITH ORDINALITY AS a (type, i) ORDER BY i), ', ') || ')' AS name, p.oid
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname NOT IN ('pg_catalog', 'information_schema')`,
  label: (schema, name) => `the function ${qualified(schema, name)}`,
}
const operators = `
  quote_ident(nspname) || '.' || oprname || ' (' || CASE oprleft WHEN 0 THEN 'NONE' ELSE format_type(oprleft, NULL) END
    || ', ' || CASE oprright WHEN 0 THEN 'NONE' ELSE format_type(oprright, NULL) END || ')' AS name, o.oid
  FROM pg_operator o JOIN pg_namespace n ON n.oid = oprnamespace WHERE nspname <> 'pg_catalog'`
const ofAccessMethod = (catalogue: string, prefix: string) => `
  quote_ident(nspname) || '.' || quote_ident(${prefix}name) || ' USING ' || quote_ident(amname) AS name, c.oid
  FROM ${catalogue} c JOIN pg_namespace n ON n.oid = c.${prefix}namespace JOIN pg_am a ON a.oid = c.${prefix}method
  WHERE nspname <> 'pg_catalog'`

const casts =
  "SELECT 'CAST (' || format_type(castsource, NULL) || ' AS ' || format_type(casttarget, NULL) || ')' AS name, oid FROM pg_cast"
/** One catalogue has those of all databases. */
const subscriptions =
  'pg_subscription WHERE subdbid = (SELECT d.oid FROM pg_database d WHERE datname = current_database())'
const transforms =
  "SELECT 'TRANSFORM FOR ' || format_type(trftype, NULL) || ' LANGUAGE ' || lanname AS name, t.oid FROM pg_transform t JOIN pg_language l ON l.oid = trflang"
const userMappings =
  "SELECT 'USER MAPPING ' || usename || ' SERVER ' || srvname AS name, umid AS oid FROM pg_user_mappings"

/** Things whose entry has no name but what they are for. */
function tagged(description: string, catalogue: string, existing: string): ConflictKind {
  return {
    made: ({ description: kind, tag = '' }) => (kind === description ? [{ schema: '', name: tag }] : []),
    catalogue,
    existing: `SELECT '' AS schema, name, oid FROM (${existing}) AS tagged`,
    label: (_, name) => `the ${description.toLowerCase()} ${name.replace(`${description} `, '')}`,
  }
}

const largeObjects: ConflictKind = {
  made: ({ description = '', definition = '' }) =>
    description === 'BLOB' || description === 'BLOB METADATA'
      ? [...definition.matchAll(/lo_create\('(\d+)'\)/g)].map(([, oid = '']) => ({ schema: '', name: oid }))
      : [],
  catalogue: 'pg_largeobject',
  existing: "SELECT '' AS schema, oid::text AS name, oid FROM pg_largeobject_metadata",
  label: (_, name) => `the large object ${name}`,
}

/** What the definitions of an archive create, beyond what belongs to a table of theirs. */
// https://www.postgresql.org/docs/current/catalogs-overview.html
export const conflictKinds: readonly ConflictKind[] = [
  inDatabase('SCHEMA', 'pg_namespace', 'nspname', 'schema'),
  inSchema(relations, 'pg_class', 'rel'),
  inSchema(types, 'pg_type', 'typ'),
  routines,
  bySignature(/^DROP OPERATOR (?!CLASS |FAMILY )(.*);\s*$/s, 'pg_operator', operators, 'operator'),
  bySignature(/^DROP OPERATOR CLASS (.*);\s*$/s, 'pg_opclass', ofAccessMethod('pg_opclass', 'opc'), 'operator class'),
  bySignature(
    /^DROP OPERATOR FAMILY (.*);\s*$/s,
    'pg_opfamily',
    ofAccessMethod('pg_opfamily', 'opf'),
    'operator family',
  ),
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
  inDatabase('SUBSCRIPTION', 'pg_subscription', 'subname', 'subscription', subscriptions),
  inDatabase('PROCEDURAL LANGUAGE', 'pg_language', 'lanname', 'language'),
  tagged('CAST', 'pg_cast', casts),
  tagged('TRANSFORM', 'pg_transform', transforms),
  tagged('USER MAPPING', 'pg_user_mapping', userMappings),
  largeObjects,
  ...partKinds,
]
