-- What the catalogue holds about the schema, as text: a definition that a restore loses or changes shows here.
-- https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG
SELECT 'relation', c.relname, c.relkind::text, pg_get_viewdef(c.oid), pg_get_expr(c.relpartbound, c.oid)
  FROM pg_class c WHERE c.relnamespace = 'shop'::regnamespace
UNION ALL SELECT 'column', a.attrelid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod),
    concat_ws(' ', a.attnum, a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
  WHERE c.relnamespace = 'shop'::regnamespace AND a.attnum > 0
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), NULL
  FROM pg_constraint WHERE connamespace = 'shop'::regnamespace
UNION ALL SELECT 'index', indexrelid::regclass::text, indrelid::regclass::text, pg_get_indexdef(indexrelid), NULL
  FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'shop'::regnamespace
UNION ALL SELECT 'trigger', tgname, tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled::text
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', oid::regprocedure::text, NULL, pg_get_functiondef(oid), NULL
  FROM pg_proc WHERE pronamespace = 'shop'::regnamespace
UNION ALL SELECT 'label', enumtypid::regtype::text, enumlabel, enumsortorder::text, NULL FROM pg_enum
