import {
  type Contents,
  type ContentsSequence,
  type ContentsTable,
  type Finding,
  isPgarkError,
  type RestoredTable,
  type TableName,
} from '@pgark/core'
import { isOfLargeObject, type TocEntry } from '@pgark/pg-archive'
import { qualifiedName } from '../../snapshot/lock-tables.ts'
import { compareRows } from '../compare-rows.ts'
import { Allowance } from './allowance.ts'

/** What a restore may do without, and what it had to do without. */
export class Exceptions {
  readonly allowance: Allowance
  readonly findings: Finding[] = []
  readonly #missing = new Set<TocEntry>()
  readonly #withoutRows = new Set<ContentsTable>()

  constructor(items: readonly string[] | undefined) {
    this.allowance = new Allowance(items ?? [])
  }

  /** `table` is what the manifest says of the rows that the entry has. */
  note(entry: TocEntry, error: Error, table: ContentsTable | undefined): void {
    this.#missing.add(entry)
    if (table) this.#withoutRows.add(table)
    const hint = isPgarkError(error) ? error.hint : undefined
    this.findings.push(allowed({ message: error.message, ...(hint && { hint }) }))
  }

  /** Restored rows against those of the backup. */
  compareRows(restored: readonly RestoredTable[], contents: Contents | undefined): Finding[] {
    const rows = (isWanted: (table: TableName) => boolean) => {
      const tables = contents?.tables.filter((table) => isWanted(table) && !this.#withoutRows.has(table)) ?? []
      return compareRows(restored.filter(isWanted), contents && { ...contents, tables })
    }
    if (this.allowance.isEmpty) return compareRows(restored, contents)
    return [...rows((table) => !this.#mayLackRows(table)), ...rows((table) => this.#mayLackRows(table)).map(fewer)]
  }

  /** Makes differences of tables whose rows may be missing exceptions, as far as it is rows that are missing. */
  ofTables(
    tables: readonly ContentsTable[],
    compare: (tables: readonly ContentsTable[]) => readonly Finding[],
  ): readonly Finding[] {
    if (this.allowance.isEmpty) return compare(tables)
    // What goes through a root is compared as one.
    const roots = new Set(tables.filter((table) => this.#mayLackRows(table)).map(rootOf))
    const mayLack = (table: ContentsTable) => this.#mayLackRows(table) || (table.loadInto && roots.has(rootOf(table)))
    return [...compare(tables.filter((table) => !mayLack(table))), ...compare(tables.filter(mayLack)).map(fewer)]
  }

  async ofSequences(
    sequences: readonly ContentsSequence[],
    compare: (sequences: readonly ContentsSequence[]) => Promise<readonly Finding[]>,
  ): Promise<readonly Finding[]> {
    const mayDiffer = ({ schema, name }: TableName) => this.allowance.has({ kind: 'sequence-set', schema, name })
    if (this.allowance.isEmpty) return await compare(sequences)
    return [
      ...(await compare(sequences.filter((sequence) => !mayDiffer(sequence)))),
      ...(await compare(sequences.filter(mayDiffer))).map(allowed),
    ]
  }

  /** Of large objects is known whether there is a difference, not which. */
  ofLargeObjects(differences: readonly Finding[]): readonly Finding[] {
    return [...this.#missing].some(isOfLargeObject) ? differences.map(allowed) : differences
  }

  #mayLackRows({ schema, name }: TableName): boolean {
    return this.allowance.has({ kind: 'table-data', schema, name })
  }
}

const rootOf = ({ loadInto }: ContentsTable) => loadInto && qualifiedName(loadInto)

const fewer = (finding: Finding): Finding => (finding.code.endsWith('.ROW_COUNT') ? allowed(finding) : finding)

const allowed = ({ message, hint }: Pick<Finding, 'message' | 'hint'>): Finding => ({
  severity: 'warning',
  code: 'RESTORE.ALLOWED',
  message: `Allowed: ${message}`,
  ...(hint && { hint }),
  isAllowed: true,
})
