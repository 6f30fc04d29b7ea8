import type { ConflictKind } from './conflict-kinds.ts'

const ofRelation = (catalogue: string, relation: string, name: string) => `
  SELECT nspname::text AS schema, relname || ' ' || ${name} AS name, part.oid
  FROM ${catalogue} part JOIN pg_class r ON r.oid = ${relation} JOIN pg_namespace n ON n.oid = relnamespace`
const constraints = `${ofRelation('pg_constraint', 'conrelid', 'conname')} UNION ALL
  SELECT nspname::text, typname || ' ' || conname, part.oid
  FROM pg_constraint part JOIN pg_type t ON t.oid = contypid JOIN pg_namespace n ON n.oid = typnamespace`
const primaryKeys = `
  SELECT '' AS schema, quote_ident(nspname) || '.' || quote_ident(relname) AS name, part.oid
  FROM pg_constraint part JOIN pg_class r ON r.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE contype = 'p'`
const addsPrimaryKey = /^ALTER TABLE (?:ONLY )?(.+)\n {4}ADD CONSTRAINT .+ PRIMARY KEY /

/** What an archive names with the table, view or domain that it is of. */
function part(descriptions: readonly string[], catalogue: string, existing: string, word: string): ConflictKind {
  return {
    // A trigger that a partition has with its table is only switched by its entry.
    made: ({ description = '', schema = '', tag = '', definition = '' }) =>
      descriptions.includes(description) && /^(CREATE|ALTER (TABLE|DOMAIN) .*\s+ADD) /m.test(definition)
        ? [{ schema, name: tag }]
        : [],
    catalogue,
    existing,
    isPart: true,
    label: (schema, name) => `the ${word} ${schema}.${name}`,
  }
}

/** What belongs to tables, views and domains, and is added to them by a definition of its own. */
export const partKinds: readonly ConflictKind[] = [
  part(['CONSTRAINT', 'CHECK CONSTRAINT', 'FK CONSTRAINT'], 'pg_constraint', constraints, 'constraint'),
  {
    // A table has one, whatever its name.
    made: ({ description, definition = '' }) => {
      const [, table] = (description === 'CONSTRAINT' && addsPrimaryKey.exec(definition)) || []
      return table === undefined ? [] : [{ schema: '', name: table }]
    },
    catalogue: 'pg_constraint',
    existing: primaryKeys,
    isPart: true,
    label: (_, name) => `the primary key of ${name}`,
  },
  part(['TRIGGER'], 'pg_trigger', `${ofRelation('pg_trigger', 'tgrelid', 'tgname')} WHERE NOT tgisinternal`, 'trigger'),
  part(
    ['RULE'],
    'pg_rewrite',
    `${ofRelation('pg_rewrite', 'ev_class', 'rulename')} WHERE rulename <> '_RETURN'`,
    'rule',
  ),
  part(['POLICY'], 'pg_policy', ofRelation('pg_policy', 'polrelid', 'polname'), 'policy'),
]
