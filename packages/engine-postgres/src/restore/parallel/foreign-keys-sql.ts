const namesOf = (oid: string) => `
  ARRAY(SELECT nspname || '.' || relname
    FROM (SELECT ${oid} AS oid UNION SELECT relid FROM pg_partition_tree(${oid})) member
    JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = relnamespace)`

/**
 * The tables on both sides of each foreign key, with their partitions: a key of partitioned tables holds from any partition of one to
 * any of the other, which the catalogue does not list. A key of a table to itself is only of interest where rows of a partition may
 * refer to another: where the columns that decide on the partition do not refer to themselves.
 */
// https://www.postgresql.org/docs/current/catalog-pg-constraint.html
// https://www.postgresql.org/docs/current/catalog-pg-partitioned-table.html
export const foreignKeysSql = `
  SELECT ${namesOf('conrelid')} AS referring, ${namesOf('confrelid')} AS referred
  FROM pg_constraint k
  WHERE contype = 'f' AND conparentid = 0 AND (conrelid <> confrelid OR EXISTS (
    SELECT FROM pg_partition_tree(conrelid) tree JOIN pg_partitioned_table ON partrelid = tree.relid
    JOIN pg_attribute decides ON decides.attrelid = partrelid AND decides.attnum = ANY (partattrs)
    WHERE NOT EXISTS (
      SELECT FROM generate_subscripts(conkey, 1) AS at JOIN pg_attribute own ON own.attrelid = conrelid AND own.attnum = conkey[at]
      WHERE conkey[at] = confkey[at] AND own.attname = decides.attname)))`
