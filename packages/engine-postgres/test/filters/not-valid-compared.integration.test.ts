import { file, sql, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, engineFor, prepare, type Run, restored } from '../snapshot/run-backup.ts'

const shop = `
  CREATE TABLE customers (id int PRIMARY KEY); INSERT INTO customers VALUES (1), (2);
  CREATE TABLE orders (customer int CONSTRAINT "für" REFERENCES customers ON DELETE CASCADE DEFERRABLE,
    other int CONSTRAINT other REFERENCES customers);
  INSERT INTO orders VALUES (1, 1), (2, 1)`

let server: TestServer
let source: string
beforeAll(async () => {
  server = await startServer(17)
  source = await databaseWith(server, shop)
})
afterAll(() => server.stop())

async function notValidBackup(more: Run = {}): Promise<string> {
  const run: Run = { format: 'custom', filters: { customers: sql`id = 1` }, onOrphans: 'notValid', ...more }
  const { start, location } = await prepare(server, source, run)
  await start()
  return location
}

async function differences(database: string, location: string): Promise<string[]> {
  const engine = engineFor(server, database)
  const { findings } = await verify({ engine, from: file(location), against: true, definitions: true, proof: false })
  return findings.filter(({ code }) => code === 'COMPARE.DEFINITION').map(({ message }) => message)
}

test.each<[string, Run]>([
  ['', {}],
  [' under new names', { renameSchemas: { public: 'shop' } }],
])('keys that a backup wrote NOT VALID%s are none but those of its source', async (_, run) => {
  const location = await notValidBackup(run)
  expect(await differences(source, location)).toEqual([])
  expect(await differences(await restored(server, location), location)).toEqual([])
})

test('anything else about such a key is a difference, and so is another that is not checked', async () => {
  const location = await notValidBackup()
  const change = `ALTER TABLE orders DROP CONSTRAINT "für", DROP CONSTRAINT other;
    ALTER TABLE orders ADD CONSTRAINT "für" FOREIGN KEY (customer) REFERENCES customers;
    ALTER TABLE orders ADD CONSTRAINT other FOREIGN KEY (other) REFERENCES customers NOT VALID`
  const another = 'has another definition than in the backup.'
  expect(await differences(await databaseWith(server, `${shop}; ${change}`), location)).toEqual([
    `FK CONSTRAINT public.orders für ${another}`,
    `FK CONSTRAINT public.orders other ${another}`,
  ])
})
