import { shopOn } from './shop.ts'

// Where TypeORM's command and pgark's find it: `npx typeorm migration:run -d …`, `pgark backup --typeorm …`.

const { DATABASE_URL } = process.env
if (!DATABASE_URL) throw new Error('DATABASE_URL is not set')

export default shopOn({ url: DATABASE_URL })
