// Production's schema beside it, under another name, in the same database or another one.
//
//   DATABASE_URL=postgres://…/shop STAGING_URL=postgres://…/shop node src/production-to-staging.ts
import { backup, file, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'

const from = file(process.env.BACKUPS ?? 'backups')

const { id } = await backup({
  engine: postgres(process.env.DATABASE_URL ?? ''),
  to: from,
  schemas: ['production'],
})
const { rows, findings } = await restore({
  engine: postgres(process.env.STAGING_URL ?? ''),
  from,
  id,
  renameSchemas: { production: 'staging' },
})
console.log(`staging has ${rows} rows, read back and compared`)
for (const { message } of findings) console.log(message)
