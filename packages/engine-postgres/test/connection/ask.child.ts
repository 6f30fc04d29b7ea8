import { postgres } from '../../src/postgres.ts'

// A program that asks a database for its name, and tells it or the error.
const [target = ''] = process.argv.slice(2)
try {
  process.stdout.write(await postgres(target).databaseName())
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error))
}
