import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/client.ts'

/** The application's client. */
export const createClient = (url: string) => new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) })
