import { EntitySchema } from 'typeorm'
import type { Customer } from './customer.ts'
import type { Product } from './product.ts'

export type Status = 'open' | 'paid' | 'sent'

/** Numbers begin anew in each region. In the database the key has its columns the other way round. */
export class Order {
  declare region: string
  declare number: string
  declare status: Status
  declare total: string
  declare placedAt: Date
  declare deletedAt: Date | null
  declare customer: Customer
  declare lines: OrderLine[]
}

export class OrderLine {
  declare id: number
  declare quantity: number
  declare order: Order
  declare product: Product
}

export const order = new EntitySchema<Order>({
  name: 'Order',
  target: Order,
  tableName: 'orders',
  // What find() sorts by, where nothing else is said.
  orderBy: { placedAt: 'DESC' },
  columns: {
    region: { type: String, primary: true },
    number: { type: String, primary: true },
    status: { type: 'enum', enum: ['open', 'paid', 'sent'], enumName: 'order_status' },
    total: { type: 'numeric', precision: 12, scale: 2 },
    placedAt: { type: 'timestamp', name: 'placed_at' },
    deletedAt: { type: 'timestamptz', name: 'deleted_at', deleteDate: true, nullable: true },
  },
  relations: {
    customer: {
      type: 'many-to-one',
      target: 'Customer',
      inverseSide: 'orders',
      joinColumn: { name: 'customer_id' },
      nullable: false,
      // Joined by find(), and by no filter.
      eager: true,
    },
    lines: { type: 'one-to-many', target: 'OrderLine', inverseSide: 'order' },
  },
})

export const orderLine = new EntitySchema<OrderLine>({
  name: 'OrderLine',
  target: OrderLine,
  tableName: 'order_lines',
  columns: { id: { type: 'int', primary: true }, quantity: { type: 'int' } },
  relations: {
    order: {
      type: 'many-to-one',
      target: 'Order',
      inverseSide: 'lines',
      joinColumn: [
        { name: 'order_region', referencedColumnName: 'region' },
        { name: 'order_number', referencedColumnName: 'number' },
      ],
      nullable: false,
    },
    product: { type: 'many-to-one', target: 'Product', joinColumn: { name: 'product_id' }, nullable: false },
  },
})
