import { backup, type FilterInput, file, sql } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { foreignKey } from '@pgark/filters'

// `filtered-backup.ts <url> <file> <case>`: backs up the reference table into a file, with one of these filters.

const half = 65_536
const values = (count: number) => Array.from({ length: count }, (_, at) => at)
const filters: Readonly<Record<string, Record<string, FilterInput>>> = {
  all: {},
  everything: { reference: sql`customer_id >= ${0}` },
  half: { reference: sql`customer_id < ${half}` },
  keys: { reference: foreignKey('customer_id', values(3)) },
  'million-keys': { reference: foreignKey('id', values(1_000_000)) },
}

const [url = '', to = '', which = ''] = process.argv.slice(2)
const chosen = filters[which]
if (!chosen) throw new RangeError(`Expected one of ${Object.keys(filters).join(', ')}, got ${which}.`)
await backup({ engine: postgres(url), to: file(to), overwrite: true, filters: chosen })
