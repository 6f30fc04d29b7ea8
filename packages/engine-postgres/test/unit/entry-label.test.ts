import type { TocEntry } from '@pgark/pg-archive'
import { describe, expect, test } from 'vitest'
import { Allowance } from '../../src/restore/allow/allowance.ts'
import { itemFor, labelOf } from '../../src/restore/allow/entry-label.ts'

/** As pg_dump writes kind, schema and tag, what allows exactly that, and what else does. */
const entries: [entry: string, item: string, others: string[]][] = [
  ['TABLE|public|orders', 'table:public.orders', ['table:orders', 'table:public.*', 'TABLE:o?ders']],
  ['TABLE DATA|public|My Orders', 'table-data:"public.My Orders"', ['table data:public."My Orders"']],
  ['TABLE||dotted.name', 'table:dotted.name', []],
  ['EXTENSION||postgis', 'extension:postgis', ['extension:post*']],
  [
    'FK CONSTRAINT|public|orders orders_fkey',
    'fk-constraint:public.orders.orders_fkey',
    ['foreign-key:orders.orders_fkey'],
  ],
  ['FUNCTION|app|f(integer, text[])', 'function:app.f(integer, text[])', ['function:f(*)']],
  ['COMMENT|public|TABLE orders', 'comment:public.orders', ['comment:orders']],
  ['COMMENT|public|COLUMN orders.id', 'comment:public.orders.id', ['comment:*.id']],
  ['COMMENT|public|COLUMN "Orders"."I""d"', 'comment:"public.Orders.I""d"', []],
  ['COMMENT||EXTENSION postgis', 'comment:postgis', []],
  ['COMMENT|public|CONSTRAINT orders_pkey ON orders', 'comment:public.orders.orders_pkey', []],
  ['COMMENT|public|FUNCTION f(a integer)', 'comment:public.f(a integer)', []],
  ['ACL|public|TABLE orders', 'acl:public.orders', []],
  ['DEFAULT ACL|public|DEFAULT PRIVILEGES FOR TABLES', 'default-acl:public.tables', []],
  ['USER MAPPING||USER MAPPING app SERVER far', 'user-mapping:app.far', []],
  ['MATERIALIZED VIEW DATA|public|daily', 'materialized-view-data:public.daily', []],
  ['EVENT TRIGGER||stops', 'event-trigger:stops', []],
]
const entryOf = (text: string) => {
  const [description, schema, tag] = text.split('|')
  return { description, schema, tag } as TocEntry
}

describe('how entries are called', () => {
  test.each(entries)('%s: %s', (text, item, others) => {
    expect(itemFor(labelOf(entryOf(text)))).toBe(item)
    for (const each of [item, ...others]) {
      const allowance = new Allowance([each])
      expect(allowance.hasEntry(entryOf(text), 'UTF8'), each).toBe(true)
      const meant = entries.filter(([other]) => allowance.hasEntry(entryOf(other), 'UTF8'))
      if (each === item) expect(meant.map(([other]) => other)).toEqual([text])
    }
  })

  test.each([
    'table:Orders2',
    'table:"Public.orders"',
    'table:rders',
    'table:lic.orders',
    'table:public',
    'view:orders',
    'table:o.*',
  ])('%s does not mean public.orders', (item) => {
    expect(new Allowance([item]).hasEntry(entryOf('TABLE|public|orders'), 'UTF8')).toBe(false)
  })

  test('text in another encoding is what it is called', () => {
    const stored = Buffer.from('tablé').toString('latin1')
    expect(new Allowance(['table:tablé']).hasEntry(entryOf(`TABLE|public|${stored}`), 'UTF8')).toBe(true)
  })
})
