import type { RunContext } from '@pgark/core'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'

/** As in pg_dump, naming a partitioned table does not name its partitions, which hold the rows. */
export async function warnOfPartitions({ client, selected }: HeldSnapshot, run: RunContext): Promise<void> {
  const oids = selected.relations.filter(({ kind }) => kind === 'p').map(({ oid }) => oid)
  const { rows } = await client.query(
    'SELECT inhparent::int8::text AS parent, inhrelid::int8::text AS child FROM pg_inherits WHERE inhparent = ANY ($1::oid[])',
    [oids],
  )
  const names = new Map(
    selected.relations.map((relation) => [String(relation.oid), `${relation.schema}.${relation.name}`]),
  )
  const without = new Set(rows.filter(({ child }) => !names.has(child)).map(({ parent }) => names.get(parent)))
  for (const name of without) {
    const message = `Not all partitions of ${name} are selected: their rows are not in the backup.`
    run.onEvent({
      type: 'warning',
      code: 'SELECTION.PARTITIONS',
      message,
      hint: 'select them too, for example with a pattern',
    })
  }
}
