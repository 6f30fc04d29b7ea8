import { PgarkError } from '../errors/pgark-error.ts'

/** The property by which what `ident` returns is recognised, whatever copy of whatever package made it. */
export const identifierMarker: unique symbol = Symbol.for('pgark.ident')

/** A name for sql`…`, qualified or not. */
export interface Identifier {
  readonly [identifierMarker]: true
  readonly names: readonly string[]
}

/**
 * A name in sql`…`, which is always quoted: `ident('age')`, `ident('shop', 'orders')`. Throws `USAGE.FILTER` for what cannot be a name.
 *
 * ```ts
 * sql`${ident('Customer Id')} = ${42}`
 * ```
 */
export function ident(...names: readonly [string, ...string[]]): Identifier {
  // From JavaScript anything can come.
  const isWrong = (name: unknown) => typeof name !== 'string' || name === '' || name.includes('\0')
  if (names.length > 0 && !names.some(isWrong)) {
    return Object.freeze({ [identifierMarker]: true as const, names: Object.freeze([...names]) })
  }
  throw new PgarkError(
    'USAGE.FILTER',
    'Expected the parts of a name to be text, neither empty nor with a NUL character.',
  )
}
