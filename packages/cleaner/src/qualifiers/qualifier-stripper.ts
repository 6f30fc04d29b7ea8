import { PgarkError } from '@pgark/core'
import type { StatementSummary } from '@pgark/pg-sql'
import { openRenamer, type RenamePlan, type Renamer, SqlRenameError } from '@pgark/pg-sql/rename'
import { definedNames } from './defined-names.ts'
import { nameAt, tokensOf, wordAt } from './names.ts'
import { schemaOfStatement } from './schema-statement.ts'

/** Something that still names the schema. */
export interface CleanWarning {
  readonly line: number
  readonly message: string
}

/**
 * Takes the schema from the names of what a script creates. A script says what it creates before it speaks of it, so that one pass is
 * enough, however long it is; what it does not create, such as the types of an extension, keeps its schema.
 */
export class QualifierStripper {
  readonly #warn: (warning: CleanWarning) => void
  readonly #defined = new Set<string>()
  /** Statements about schemas that were left out before it was known which is the one. */
  readonly #schemas = new Map<string, number>()
  #schema: string | undefined
  /** The first statement that was left as it is, because nothing was created yet. */
  #passedAt: number | undefined
  #renamer: Renamer | undefined

  constructor(warn: (warning: CleanWarning) => void) {
    this.#warn = warn
  }

  /** The statement without the schema, or undefined for one that has no meaning without it. */
  async strip(sql: Uint8Array, line: number, set: StatementSummary | undefined): Promise<Uint8Array | undefined> {
    const { text, encoding } = decoded(sql)
    if (set?.setting === 'search_path') {
      const first = searchedFirst(text, set)
      if (first !== undefined) this.#require(first, line)
      return undefined
    }
    const about = schemaOfStatement(text)
    if (about !== undefined) {
      if (this.#schema === undefined) this.#schemas.set(about, line)
      else this.#require(about, line)
      return undefined
    }
    for (const { schema, name } of definedNames(text)) {
      if (schema === undefined) continue
      this.#require(schema, line)
      this.#defined.add(name)
    }
    if (this.#schema === undefined) {
      if (set === undefined) this.#passedAt ??= line
      return sql
    }
    this.#requireNoSchema(text, line)
    this.#renamer ??= await openRenamer(planOf(this.#schema, this.#defined))
    return Buffer.from(this.#rename(text, line), encoding)
  }

  /** Throws where the script creates nothing, so that nothing could be done. */
  finish(): void {
    const [, line = this.#passedAt] = [...this.#schemas].at(0) ?? []
    if (this.#schema !== undefined || line === undefined) return
    throw refused(line, 'the script creates nothing that is in a schema', 'dump definitions and rows together')
  }

  #rename(text: string, line: number): string {
    try {
      const { sql, notes } = (this.#renamer as Renamer).rename(text)
      if (notes.some(({ level }) => level === 'body')) {
        this.#warn({ line, message: `A body names the schema ${this.#schema}: it was left as it is.` })
      }
      return sql
    } catch (cause) {
      if (!(cause instanceof SqlRenameError)) throw cause
      throw refused(line, cause.message, 'keep the qualifiers, or leave the object out of the dump', cause)
    }
  }

  /** The script must not be about any other schema, whose objects would go into the same one. */
  #require(schema: string, line: number): void {
    this.#schema ??= schema
    if (schema !== this.#schema) throw this.#another(schema, line)
    for (const [other, otherLine] of this.#schemas) if (other !== schema) throw this.#another(other, otherLine)
    this.#schemas.clear()
  }

  #another(schema: string, line: number): PgarkError {
    const message = `the script is about the schemas ${this.#schema} and ${schema}, whose objects would go into one`
    return refused(line, message, 'dump one schema: pg_dump --schema, pgark backup --schema')
  }

  /** `ALTER PUBLICATION … ADD TABLES IN SCHEMA`: there is no saying which one that will be. */
  #requireNoSchema(text: string, line: number): void {
    if (!/^(create|alter)\s+publication\b/i.test(text)) return
    const tokens = tokensOf(text)
    const isNamed = tokens.some(
      (_, at) => wordAt(tokens, at) === 'SCHEMA' && nameAt(tokens, at + 1)?.name === this.#schema,
    )
    if (isNamed) throw refused(line, 'a publication is of a whole schema', 'leave it out: pg_dump --no-publications')
  }
}

const planOf = (source: string, defined: ReadonlySet<string>): RenamePlan => ({
  schema: () => undefined,
  object: (_kind, schema, name) => (schema === source && defined.has(name) ? { schema: undefined, name } : undefined),
  isIndexConstraint: () => false,
  words: new Set([source]),
})

/** The first schema of `SET search_path = …`; undefined where the path is emptied. */
function searchedFirst(sql: string, { command, value }: StatementSummary): string | undefined {
  const tokens = tokensOf(command === 'SELECT' ? `= ${value ?? ''}` : sql)
  const at = tokens.findIndex(({ text }, index) => text === '=' || wordAt(tokens, index) === 'TO')
  const name = at === -1 ? undefined : nameAt(tokens, at + 1)?.name
  return name === 'pg_catalog' ? undefined : name
}

/** Text as it is where it is UTF-8, otherwise one character for each byte; names are told by either. */
function decoded(sql: Uint8Array): { text: string; encoding: 'utf8' | 'latin1' } {
  const bytes = Buffer.from(sql.buffer, sql.byteOffset, sql.byteLength)
  const text = bytes.toString()
  return bytes.equals(Buffer.from(text))
    ? { text, encoding: 'utf8' }
    : { text: bytes.toString('latin1'), encoding: 'latin1' }
}

function refused(line: number, problem: string, hint: string, cause?: unknown): PgarkError {
  return new PgarkError('REFUSED.CLEAN', `Line ${line}: the qualifiers cannot be taken away: ${problem}.`, {
    hint,
    meta: { line },
    cause,
  })
}
