import { fromTypeORM, where } from '@pgark/adapter-typeorm'
import { startServer, type TestServer } from '@pgark/test-servers'
import { In, Not, MoreThan } from 'typeorm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopOn } from '../../src/shop.ts'
import { seed } from '../../src/seed.ts'
import { Customer } from '../../src/entities/customer.ts'
import { Order } from '../../src/entities/order.ts'
import { Product } from '../../src/entities/product.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
})
afterAll(() => server.stop())
test('x', async () => {
  const ds = shopOn({ url: server.url('shop') })
  const adapter = fromTypeORM(ds)
  const models = await adapter.models()
  console.log(JSON.stringify(models, null, 1))
  const c = async (name: string, w: ReturnType<typeof where>) => {
    const m = models.find((x) => x.name === name)
    if (!m) throw new Error(name)
    const q = await adapter.compile(m, w)
    console.log(q)
  }
  await c('Order', where(Order, { customer: { home: { zip: '1001' }, referrer: { country: 'NZ' } }, lines: { product: { tags: { id: In([1, 2]) } } } }))
  await c('Order', where(Order, [{ status: Not('paid'), lines: MoreThan(2) }, { customer: { isActive: true } }]))
  await c('product_tags', where<{product_id: number}>({ product_id: 3 }))
  await c('categories_closure', where<{id_ancestor: number}>({ id_ancestor: 3 }))
  await c('Photo', where<{width: number}>({ width: 3 }))
  await ds.initialize()
  await seed(ds)
  console.log(await ds.getRepository(Order).count(), await ds.getRepository(Product).count({ where: { tags: { id: 1 } } }), await ds.getRepository(Customer).count())
  console.log((await ds.query("select table_schema, table_name from information_schema.tables where table_schema in ('shop','billing','public')")))
  await ds.destroy()
})
