import { EntitySchema } from 'typeorm'

/** A view. */
export class Spending {
  declare customerId: string
  declare amount: string
}

export const expression = `SELECT customer_id AS "customerId", sum(amount) AS amount FROM billing.invoices GROUP BY customer_id`

export const spending = new EntitySchema<Spending>({
  name: 'Spending',
  target: Spending,
  type: 'view',
  schema: 'billing',
  tableName: 'spending',
  expression,
  columns: { customerId: { type: 'uuid' }, amount: { type: 'numeric' } },
})
