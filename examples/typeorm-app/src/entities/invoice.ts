import { EntitySchema } from 'typeorm'
import type { Customer } from './customer.ts'

/** In a schema of its own. */
export class Invoice {
  declare id: string
  declare amount: string
  declare paidOn: string | null
  declare customer: Customer
}

export const invoice = new EntitySchema<Invoice>({
  name: 'Invoice',
  target: Invoice,
  schema: 'billing',
  tableName: 'invoices',
  columns: {
    id: { type: 'bigint', primary: true },
    amount: { type: 'numeric', precision: 12, scale: 2 },
    paidOn: { type: 'date', name: 'paid_on', nullable: true },
  },
  relations: {
    customer: { type: 'many-to-one', target: 'Customer', joinColumn: { name: 'customer_id' }, nullable: false },
  },
})
