import { DataSource, type DataSourceOptions } from 'typeorm'
import { article, content, photo } from './entities/content.ts'
import { customer } from './entities/customer.ts'
import { invoice } from './entities/invoice.ts'
import { order, orderLine } from './entities/order.ts'
import { category, product, tag } from './entities/product.ts'
import { spending } from './entities/spending.ts'
import { Orders1760000000000 } from './migrations/orders-1760000000000.ts'
import { Shop1750000000000 } from './migrations/shop-1750000000000.ts'

export type Server = Pick<DataSourceOptions & { type: 'postgres' }, 'url' | 'extra'>

/** The application's DataSource, for any server. */
export const shopOn = (server: Server): DataSource =>
  new DataSource({
    type: 'postgres',
    ...server,
    schema: 'shop',
    entities: [customer, order, orderLine, category, product, tag, content, photo, article, invoice, spending],
    migrations: [Shop1750000000000, Orders1760000000000],
    installExtensions: false,
  })
