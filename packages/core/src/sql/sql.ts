import type { Sql, SqlPart } from '../contracts/shaping.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { type Identifier, identifierMarker } from './ident.ts'
import { undefinedIn } from './undefined-in.ts'

/**
 * The property by which SQL is told from a value within sql`…`. By its shape alone it is not: what comes as JSON from a request could
 * have that shape, and its text would be run. Packages without core put `[Symbol.for('pgark.sql')]: true` on their own.
 */
export const sqlMarker: unique symbol = Symbol.for('pgark.sql')

/** SQL that may stand within other SQL. */
export interface MarkedSql extends Sql {
  readonly [sqlMarker]: true
}

/**
 * SQL whose text, identifiers and values are kept apart: the engine quotes names and writes values as literals that the server gives
 * the same types as bound ones. What is inserted is a value, unless it is other sql`…` or a name by `ident(…)`.
 *
 * ```ts
 * sql`${ident('age')} BETWEEN ${18} AND ${65}`
 * sql`status = ANY (${['paid', 'shipped']})`
 * ```
 *
 * Values are text, numbers, bigints, booleans, null, dates, bytes, arrays of these (as arrays of SQL), and plain objects (as JSON).
 * Throws `USAGE.FILTER` where one is or contains `undefined`: a condition on nothing must not come to mean everything.
 */
export function sql(text: TemplateStringsArray, ...inserted: readonly unknown[]): MarkedSql {
  return Object.freeze({
    [sqlMarker]: true as const,
    text: Object.freeze([...text]),
    parts: Object.freeze(inserted.map(partOf)),
  })
}

function partOf(inserted: unknown, index: number): SqlPart {
  if (isMarked(inserted, sqlMarker)) return Object.freeze({ kind: 'sql', sql: inserted as MarkedSql })
  if (isMarked(inserted, identifierMarker))
    return Object.freeze({ kind: 'identifier', names: (inserted as unknown as Identifier).names })
  const place = undefinedIn(inserted)
  if (place === undefined && !looksLikeSql(inserted)) return Object.freeze({ kind: 'value', value: inserted })
  const which = `The value ${index + 1} of sql\`…\``
  if (place === undefined) {
    throw new PgarkError('USAGE.FILTER', `${which} has the form of SQL, but was not made by sql\`…\`.`, {
      hint: 'insert what sql`…` returns, or JSON as text',
    })
  }
  throw new PgarkError('USAGE.FILTER', `${which} ${place === '' ? 'is' : `has at ${place} the value`} undefined.`, {
    hint: 'check that the value is set; for NULL give null',
  })
}

const isMarked = (value: unknown, marker: symbol): boolean =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true

function looksLikeSql(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { text, parts } = value as Record<string, unknown>
  return Array.isArray(text) && Array.isArray(parts)
}
