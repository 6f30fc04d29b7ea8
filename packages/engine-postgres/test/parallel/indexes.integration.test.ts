import path from 'node:path'
import { backup, type Cleaner, file, restore } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

/** Notes each index that is built, and how many processes may help. */
const noted = `
  CREATE TABLE public.built (helpers text, statement text);
  CREATE FUNCTION public.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.built (helpers, statement) VALUES (current_setting('max_parallel_maintenance_workers'), current_query()); END $$;
  CREATE EVENT TRIGGER notes ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.note()`

test('a table is given all its indexes at once, and the server helps with the last, which is of its key', async () => {
  const source = await databaseWith(
    server,
    `CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY, a int, b int);
     INSERT INTO app.t SELECT n, n % 7, n % 5 FROM generate_series(1, 1000) n; CREATE INDEX a ON app.t (a); CREATE INDEX b ON app.t (b)`,
  )
  const target = await databaseWith(server, noted)
  const folder = path.join(await tempFolder(), 'backups')
  // As the command's own cleaner leaves definitions: without a last line break.
  const trimmed: Cleaner = {
    specVersion: 1,
    name: 'trimmed',
    clean: (definition) => ({ ...definition, sql: definition.sql.trimEnd() }),
  }
  const { id } = await backup({ engine: engineFor(server, source), to: file(folder), cleaners: [trimmed] })
  await restore({ engine: engineFor(server, target), from: file(folder), id, jobs: 2 })
  const { rows } = await server.query('SELECT helpers, statement FROM built ORDER BY statement', target)
  expect(rows).toEqual([
    { helpers: '0', statement: expect.stringContaining('CREATE INDEX a ') },
    { helpers: '0', statement: expect.stringContaining('CREATE INDEX b ') },
    { helpers: '2', statement: expect.stringContaining('CREATE UNIQUE INDEX t_pkey ') },
  ])
  await server.query('DROP TABLE built; DROP EVENT TRIGGER notes; DROP FUNCTION note', target)
  expect((await compareDatabases(server, source, target)).differences).toEqual([])
})

test('keys of partitions and children leave what these inherit as it was', async () => {
  const newer = await startServer(18)
  onTestFinished(() => newer.stop())
  const source = await databaseWith(
    newer,
    `CREATE TABLE parent (id int CONSTRAINT given NOT NULL, y int, PRIMARY KEY (id)); CREATE INDEX ON parent (y);
     CREATE TABLE child () INHERITS (parent); ALTER TABLE child ADD PRIMARY KEY (id); CREATE INDEX ON child (y);
     CREATE TABLE ev (id int, d int, PRIMARY KEY (id, d)) PARTITION BY LIST (d); CREATE INDEX ON ev (d);
     CREATE TABLE ev_1 PARTITION OF ev FOR VALUES IN (1);
     INSERT INTO child SELECT n, n FROM generate_series(1, 100) n; INSERT INTO ev SELECT n, 1 FROM generate_series(1, 100) n`,
  )
  const target = await databaseWith(newer, '')
  const folder = path.join(await tempFolder(), 'backups')
  const { id } = await backup({ engine: engineFor(newer, source), to: file(folder) })
  await restore({ engine: engineFor(newer, target), from: file(folder), id, jobs: 2 })
  const constraints =
    'SELECT conname, conislocal, coninhcount FROM pg_constraint WHERE connamespace = 2200 ORDER BY 1, conrelid::regclass::text'
  expect((await newer.query(constraints, target)).rows).toEqual((await newer.query(constraints, source)).rows)
})
