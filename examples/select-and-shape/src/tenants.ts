// One backup for each tenant's schema, with metadata to find it by: `pgark list backups --metadata tenant=acme`.
//
//   DATABASE_URL=postgres://… BACKUPS=/var/backups/tenants node src/tenants.ts
import { backup, file } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'

const engine = postgres(process.env.DATABASE_URL ?? '')
const to = file(process.env.BACKUPS ?? 'backups')

const { schemas } = await engine.inspect()
const tenants = schemas.filter((schema) => schema.startsWith('tenant_'))
for (const schema of tenants) {
  const tenant = schema.slice('tenant_'.length)
  const { id, rows } = await backup({ engine, to, name: tenant, schemas: [schema], metadata: { tenant } })
  console.log(`${id}: ${rows} rows`)
}
