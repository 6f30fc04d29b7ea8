import { backup, file, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

const content = `
  CREATE SCHEMA shop; CREATE TYPE shop.mood AS ENUM ('good', 'bad');
  CREATE TABLE shop.papers (id serial PRIMARY KEY, day date, mood shop.mood DEFAULT 'good');
  INSERT INTO shop.papers (day) SELECT '2026-01-01'::date + n FROM generate_series(1, 20) n;
  CREATE MATERIALIZED VIEW shop.days AS SELECT day FROM shop.papers;
  CREATE TABLE shop.other (note text DEFAULT 'shop.papers'); INSERT INTO shop.other DEFAULT VALUES;
  SELECT lo_from_bytea(0, '\\x00ff'); SELECT lo_create(0)`

describe('plain backups renamed at restore', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(17)
  })
  afterAll(() => server.stop())

  test('beside the original', async () => {
    const database = await databaseWith(server, content)
    const from = file(`${await tempFolder()}/dump.sql.zst`)
    const engine = engineFor(server, database)
    await backup({ engine, to: from })
    const report = await restore({ engine, from, renameSchemas: { shop: 'copy' }, tables: ['shop.*'] })
    expect(report).toMatchObject({ rows: 21 })
  })
})
