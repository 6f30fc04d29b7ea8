import { isPgarkError } from './pgark-error.ts'

/** An error as data, for events and reports. */
export interface ToldError {
  /** Dotted and stable; `INTERNAL` where it is no error of pgark. */
  readonly code: string
  readonly message: string
  readonly hint?: string
}

export function tellError(error: unknown): ToldError {
  if (!isPgarkError(error)) {
    return { code: 'INTERNAL', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
  const { code, message, hint } = error
  return { code, message, ...(hint !== undefined && { hint }) }
}
