import { entrySql, restoreOrder, type TocEntry } from '@pgark/pg-archive'
import { expect, test } from 'vitest'

const entry = (dumpId: number, fields: Partial<TocEntry>): TocEntry => ({
  dumpId,
  hadDumper: false,
  catalogId: { tableOid: 0, oid: 0 },
  tag: undefined,
  description: undefined,
  section: 'none',
  definition: undefined,
  dropStatement: undefined,
  copyStatement: undefined,
  schema: undefined,
  tablespace: undefined,
  tableAccessMethod: undefined,
  relkind: undefined,
  owner: undefined,
  withOids: undefined,
  dependencies: [],
  data: { kind: 'none' },
  ...fields,
})

// No server that tests can start brings a provider of security labels, so their way through a backup is shown without one.
test('a security label comes after what it labels, in its own words', () => {
  const sql = "SECURITY LABEL FOR dummy ON TABLE public.t IS 'secret';\n"
  const table = entry(1, {
    description: 'TABLE',
    tag: 't',
    section: 'pre-data',
    definition: 'CREATE TABLE public.t ();\n',
  })
  const label = entry(2, { description: 'SECURITY LABEL', tag: 'TABLE t', definition: sql, dependencies: [1] })
  const trigger = entry(3, { description: 'EVENT TRIGGER', tag: 'e', section: 'post-data', definition: 'CREATE …;\n' })
  const ofTrigger = entry(4, {
    description: 'SECURITY LABEL',
    tag: 'EVENT TRIGGER e',
    definition: sql,
    dependencies: [3],
  })
  const order = restoreOrder([table, label, trigger, ofTrigger])
  expect(order.preData).toEqual([table, label])
  expect(order.eventTriggers).toEqual([trigger, ofTrigger])
  expect(entrySql(label, { owners: true })).toContain(sql)
})
