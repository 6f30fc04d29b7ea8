/** A table's name for people; files of other tools may leave the schema out. */
export const formatTableName = ({ schema, name }: { schema: string; name: string }) =>
  schema ? `${schema}.${name}` : name
