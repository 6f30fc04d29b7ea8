import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { PgarkError } from '@pgark/core'

/** Reads `.env`, or the files that were named, which must be there. Variables that are set already keep their value. */
export function loadEnvFiles(files: readonly string[] | undefined): void {
  for (const file of files ?? (existsSync('.env') ? ['.env'] : [])) {
    try {
      loadEnvFile(file)
    } catch (cause) {
      throw new PgarkError('USAGE.ENV_FILE', `The file ${file} cannot be read.`, { hint: 'check --env-file', cause })
    }
  }
}
