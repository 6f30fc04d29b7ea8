import type { RunContext, TableName } from '@pgark/core'
import type pg from 'pg'
import { copyOutSql } from '../backup/table-rows.ts'
import { listRelations, type Relation } from '../catalogue/relations.ts'
import { readTableShapes } from '../catalogue/table-columns.ts'
import { readTableSizes } from '../catalogue/table-sizes.ts'
import { databaseError } from '../connection/database-error.ts'
import { blockRanges, blocksIn, rangeCount, rangesSince } from '../copy/block-ranges.ts'
import { CopyReceiver } from '../copy/copy-receiver.ts'
import { addDigests, noRows } from '../copy/digest.ts'
import { ReadAhead } from '../copy/read-ahead.ts'
import { searchPathSetting, underSearchPath } from '../filters/search-path.ts'
import type { TableFilter } from '../filters/table-filter.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import type { DigestReader, DigestReaders } from './digest-readers.ts'

/** What is read of a table: of a partitioned one the rows of all its partitions. */
export interface TableToDigest extends TableName {
  /** In the order in which the row's text has them. */
  readonly columns: readonly string[]
  /** Which of its rows; undefined: all. */
  readonly filter?: Pick<TableFilter, 'name' | 'condition' | 'alias' | 'searchPath'> | undefined
}

export interface TableDigest {
  readonly rows: number
  readonly digest: string
  /** Columns that the table does not have; then no rows were read. */
  readonly missingColumns: readonly string[]
}

/** A table that has rows of its own, and what has been read of it. */
interface Reading {
  readonly relation: Relation
  readonly columns: readonly string[]
  readonly filter: TableToDigest['filter']
  readonly bytesOnDisk: number
  /** The statements that read it, and how many of them are not done. */
  readonly statements: Iterable<string>
  left: number
  rows: number
  bytes: number
  digest: string
}

/** What is read with one statement. */
const rangeBytes = 32 * 1024 * 1024
/** Blocks that wait to be counted are not kept. */
const readAheadBytes = 1024 * 1024

/**
 * Reads tables by several connections and digests their rows as a backup in that encoding does. Answers by qualified name; tables
 * that are not there are not among the answers.
 */
export async function readDigests(
  { readers, serverVersionNum }: Pick<DigestReaders, 'readers' | 'serverVersionNum'>,
  tables: readonly TableToDigest[],
  encoding: string,
  run: RunContext,
): Promise<ReadonlyMap<string, TableDigest>> {
  const { client } = readers[0]
  const relations = await listRelations(client, [])
  const byName = new Map(relations.map((relation) => [qualifiedName(relation), relation]))
  const byOid = new Map(relations.map((relation) => [relation.oid, relation]))
  const found = tables.flatMap((table) => {
    const relation = byName.get(qualifiedName(table))
    return relation && /[rp]/.test(relation.kind) ? { table, relation } : []
  })
  const leaves = await readLeaves(
    client,
    found.map(({ relation }) => relation).filter(({ kind }) => kind === 'p'),
  )
  const read = [...new Set([...found.map(({ relation }) => relation.oid), ...[...leaves.values()].flat()])]
  const shapes = await readTableShapes(client, read)
  const sizes = await readTableSizes(client, read)

  const readings = new Map<string, Reading>()
  const readingOf = (relation: Relation, { columns, filter }: TableToDigest): Reading => {
    const key = JSON.stringify([relation.oid, columns, filter?.condition])
    const size = sizes.get(relation.oid) ?? { bytes: 0, blocks: 0 }
    const isInRanges = serverVersionNum >= rangesSince && columns.length > 0 && !relation.extensionCondition && !filter
    const blocksPerRange = blocksIn(rangeBytes, size)
    const left = isInRanges ? rangeCount(size.blocks, blocksPerRange) : 1
    const table = { relation, shape: { columns, loadInto: undefined }, wanted: filter }
    function* statements() {
      if (left === 1)
        yield givingLocksBack(underSearchPath(copyOutSql(table, encoding), searchPathSetting(filter?.searchPath ?? [])))
      else for (const range of blockRanges(size.blocks, blocksPerRange)) yield copyOutSql(table, encoding, range)
    }
    const reading = readings.get(key) ?? {
      ...{ relation, columns, filter, bytesOnDisk: size.bytes, statements: statements(), left },
      ...{ rows: 0, bytes: 0, digest: noRows },
    }
    readings.set(key, reading)
    return reading
  }
  const wanted = found.map(({ table, relation }) => {
    const own = new Set(shapes.get(relation.oid)?.columns)
    const missingColumns = table.columns.filter((name) => !own.has(name))
    const withRows = (leaves.get(relation.oid) ?? [relation.oid]).flatMap((oid) => byOid.get(oid) ?? [])
    const parts = missingColumns.length > 0 ? [] : withRows.map((part) => readingOf(part, table))
    return { table, missingColumns, parts }
  })
  await readAll(readers, [...readings.values()], run)
  return new Map(
    wanted.map(({ table, missingColumns, parts }) => [
      qualifiedName(table),
      {
        rows: parts.reduce((sum, { rows }) => sum + rows, 0),
        digest: parts.reduce((sum, { digest }) => addDigests(sum, digest), noRows),
        missingColumns,
      },
    ]),
  )
}

/** Thousands of tables may be read in one transaction: the lock table need not hold all of them. */
const givingLocksBack = (sql: string) =>
  `SAVEPOINT pgark_table; ${sql}; ROLLBACK TO SAVEPOINT pgark_table; RELEASE SAVEPOINT pgark_table`

/** The partitions that have rows of their own, of each partitioned table; foreign tables keep theirs elsewhere. */
async function readLeaves(
  client: pg.ClientBase,
  partitioned: readonly Relation[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const { rows } = await client.query(
    `SELECT root::int8::text AS root, coalesce(array_agg(c.oid::int8::text) FILTER (WHERE c.oid IS NOT NULL), '{}') AS leaves
     FROM unnest($1::oid[]) root
     LEFT JOIN LATERAL pg_partition_tree(root) tree ON tree.isleaf
     LEFT JOIN pg_class c ON c.oid = tree.relid AND c.relkind = 'r'
     GROUP BY root`,
    [partitioned.map(({ oid }) => oid)],
  )
  return new Map(rows.map(({ root, leaves }) => [Number(root), leaves.map(Number)]))
}

/** The largest first, so that no connection is left with one at the end. */
async function readAll(readers: readonly DigestReader[], readings: readonly Reading[], run: RunContext): Promise<void> {
  function* allTasks() {
    for (const reading of readings.toSorted((a, b) => b.bytesOnDisk - a.bytesOnDisk))
      for (const sql of reading.statements) yield { reading, sql }
  }
  const tasks = allTasks()
  const work = async (reader: DigestReader) => {
    for (const { reading, sql } of tasks) {
      try {
        await readPart(reader, sql, reading)
      } catch (error) {
        // Leaving the loop ends it for the others, too, when they are done with what they are at.
        if (run.signal.aborted) throw run.signal.reason
        const { relation, filter } = reading
        const what = `Cannot read ${relation.schema}.${relation.name}${filter ? ` with the filter ${filter.name}` : ''}`
        throw databaseError(error, 'ENGINE.COMPARE', what, { rows: 'yes' })
      }
      const { relation, rows, bytes, left } = reading
      const table = { schema: relation.schema, name: relation.name }
      if (left === 0) run.onEvent({ type: 'table', state: 'finished', table, rows, bytes })
    }
  }
  await Promise.all(readers.map(work))
}

async function readPart({ client, kernel }: DigestReader, sql: string, reading: Reading): Promise<void> {
  const readAhead = new ReadAhead(readAheadBytes, () => client.connection.stream.resume())
  const receiver = new CopyReceiver(sql, reading.relation, kernel, readAhead)
  client.query(receiver)
  let bytes = 0
  try {
    for await (const block of receiver.blocks) {
      bytes += block.length
      // Lent by the kernel, which has its digest already.
      ;(block as Partial<Disposable>)[Symbol.dispose]?.()
    }
  } finally {
    receiver.abandon()
  }
  reading.rows += receiver.rows
  reading.bytes += bytes
  reading.digest = addDigests(reading.digest, receiver.digest)
  reading.left -= 1
}
