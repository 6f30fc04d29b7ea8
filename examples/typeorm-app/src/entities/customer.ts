import { EntitySchema } from 'typeorm'
import type { Order } from './order.ts'

export type Level = 'guest' | 'regular' | 'VIP'

export class Address {
  declare street: string | null
  declare zip: string | null
}

export class Customer {
  declare id: string
  declare name: string
  declare email: string
  declare country: string
  declare level: Level
  declare home: Address
  /** numeric: text in JavaScript. */
  declare balance: string
  /** bigint: text in JavaScript. */
  declare points: string
  declare born: string | null
  declare interests: string[]
  declare settings: { theme?: string; mail?: boolean }
  declare avatar: Buffer | null
  declare isActive: boolean
  declare createdAt: Date
  declare deletedAt: Date | null
  declare referrer: Customer | null
  declare referred: Customer[]
  declare orders: Order[]
}

const address = new EntitySchema<Address>({
  name: 'Address',
  target: Address,
  columns: {
    street: { type: String, nullable: true },
    // In the database: homeZip_code.
    zip: { type: String, name: 'zip_code', nullable: true },
  },
})

export const customer = new EntitySchema<Customer>({
  name: 'Customer',
  target: Customer,
  tableName: 'customers',
  columns: {
    id: { type: 'uuid', primary: true },
    name: { type: String, name: 'full_name' },
    email: { type: 'citext' },
    country: { type: 'character', length: 2 },
    level: { type: 'enum', enum: ['guest', 'regular', 'VIP'], enumName: 'customer_level' },
    balance: { type: 'numeric', precision: 12, scale: 2 },
    points: { type: 'bigint' },
    born: { type: 'date', nullable: true },
    interests: { type: 'text', array: true },
    settings: { type: 'jsonb' },
    avatar: { type: 'bytea', nullable: true },
    // What is stored is 'y' or 'n'.
    isActive: {
      type: 'character',
      length: 1,
      name: 'active',
      transformer: { to: (isActive: unknown) => (isActive ? 'y' : 'n'), from: (stored: unknown) => stored === 'y' },
    },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    deletedAt: { type: 'timestamptz', name: 'deleted_at', deleteDate: true, nullable: true },
  },
  embeddeds: { home: { schema: address, prefix: 'home' } },
  relations: {
    referrer: {
      type: 'many-to-one',
      target: 'Customer',
      inverseSide: 'referred',
      joinColumn: { name: 'referrer_id' },
      nullable: true,
    },
    referred: { type: 'one-to-many', target: 'Customer', inverseSide: 'referrer' },
    orders: { type: 'one-to-many', target: 'Order', inverseSide: 'customer' },
  },
})
