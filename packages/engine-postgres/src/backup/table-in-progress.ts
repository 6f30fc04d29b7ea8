import { isPgarkError, PgarkError, type RunContext, type TableName } from '@pgark/core'

/** A run that knows which table it is at, so that what ends it from elsewhere can be told with the table's name. */
export interface TableInProgress {
  readonly run: RunContext
  /** The same error, with the table that was being read when the connection was lost. */
  named(error: unknown): unknown
}

export function tableInProgress(run: RunContext): TableInProgress {
  let table: TableName | undefined
  return {
    run: {
      ...run,
      onEvent(event) {
        if (event.type === 'table') table = event.state === 'finished' ? undefined : event.table
        run.onEvent(event)
      },
    },
    named(error) {
      if (!table || !isPgarkError(error) || error.code !== 'ENGINE.CONNECTION_LOST') return error
      const { hint, retryable, meta } = error
      return new PgarkError(error.code, `Cannot read ${table.schema}.${table.name} on: ${error.message}`, {
        ...(hint !== undefined && { hint }),
        retryable,
        meta: { ...meta, table: `${table.schema}.${table.name}` },
        cause: error,
      })
    },
  }
}
