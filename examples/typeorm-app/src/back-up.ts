import { fromTypeORM, where } from '@pgark/adapter-typeorm'
import { type BackupResult, backup, type Exporter } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { type DataSource, IsNull, MoreThanOrEqual, Not } from 'typeorm'
import { Photo } from './entities/content.ts'
import { Invoice } from './entities/invoice.ts'
import { Order, OrderLine } from './entities/order.ts'

/** What support gets of the shop: what was ordered lately and paid, unpaid invoices, small photos, and no trail of who did what. */
export const supportCase = (since: Date) => {
  const order = { status: Not('open' as const), placedAt: MoreThanOrEqual(since) }
  return {
    order,
    line: { order },
    invoice: { paidOn: IsNull(), customer: { home: { zip: Not(IsNull()) } } },
    photo: { width: 300 },
  }
}

/** The connection is the DataSource's own, which need not be initialized. */
export function backUp(dataSource: DataSource, to: Exporter, since: Date): Promise<BackupResult> {
  const { order, line, invoice, photo } = supportCase(since)
  return backup({
    engine: postgres(fromTypeORM(dataSource)),
    to,
    filters: {
      Order: where(Order, order),
      OrderLine: where(OrderLine, line),
      Invoice: where(Invoice, invoice),
      Photo: where(Photo, photo),
    },
    excludeTables: ['shop.audit_log'],
  })
}
