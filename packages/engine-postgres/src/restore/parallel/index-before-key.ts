import type { ParallelStep, TocEntry } from '@pgark/pg-archive'

/** A step by which a key's index is built beside other indexes, and the rest of what the key's definition says. */
export interface SplitKey {
  readonly index: ParallelStep
  readonly key: ParallelStep
}

const identifier = '(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)'
const columns = `${identifier}(?:, ${identifier})*`
/**
 * A key exactly as pg_dump writes one that an index of the same columns can stand for; a cleaner may have taken its last line break.
 * Not those that may be checked late, those over ranges, or anything that a later version adds.
 */
const plainKey = new RegExp(
  `^ALTER TABLE ONLY (${identifier}\\.${identifier})\\n    ADD CONSTRAINT (${identifier}) (PRIMARY KEY|UNIQUE)` +
    `( NULLS NOT DISTINCT)? \\((${columns})\\)( INCLUDE \\(${columns}\\))?( WITH \\(fillfactor='?\\d+'?\\))?;(?:\\n([\\s\\S]*))?$`,
)

/**
 * A key takes its table for itself while its index is built. `CREATE UNIQUE INDEX` lets other indexes of the table be built at the
 * same time, and `ADD … USING INDEX` makes the same key of it in no time. Done where that gives the same object, and where the table
 * has other indexes; undefined otherwise. It does not for the primary key of a partition or child: from 18 on it would make the NOT
 * NULL that these inherit their own.
 *
 * https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
 */
export function indexBeforeKey(step: ParallelStep, others: KeysAndIndexes, id: number): SplitKey | undefined {
  const { entry } = step
  if (entry.description !== 'CONSTRAINT' || !step.locks.some((table) => others.isShared(table))) return undefined
  const [, table, name, kind, nulls = '', over, include = '', storage = '', rest = ''] =
    plainKey.exec(entry.definition ?? '') ?? []
  if (table === undefined || name === undefined) return undefined
  if (kind === 'PRIMARY KEY' && step.locks.some((rows) => others.isOfChild(rows))) return undefined
  const index: TocEntry = {
    ...entry,
    dumpId: id,
    dropStatement: undefined,
    definition: `CREATE UNIQUE INDEX ${name} ON ${table} USING btree (${over})${include}${nulls}${storage};\n`,
  }
  const key = {
    ...entry,
    definition: `ALTER TABLE ONLY ${table}\n    ADD CONSTRAINT ${name} ${kind} USING INDEX ${name};\n${rest}`,
  }
  return {
    index: { ...step, entry: index, locks: [] },
    key: { ...step, entry: key, after: [...step.after, id] },
  }
}

/** Which tables with rows have several indexes to build, those of keys included, and which of them inherit. Partitioned ones have no rows, and no such keys. */
export class KeysAndIndexes {
  readonly #counts = new Map<number, number>()

  readonly #children: ReadonlySet<number>

  /** `data` are the ids of rows, which steps after them name in their tables' stead; `children` those of partitions and children. */
  constructor(steps: readonly ParallelStep[], data: ReadonlySet<number>, children: ReadonlySet<number>) {
    this.#children = children
    for (const { entry, reads } of steps) {
      if (entry.description !== 'INDEX' && entry.description !== 'CONSTRAINT') continue
      for (const id of reads) if (data.has(id)) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1)
    }
  }

  isOfChild(table: number): boolean {
    return this.#children.has(table)
  }

  isShared(table: number): boolean {
    return (this.#counts.get(table) ?? 0) > 1
  }
}
