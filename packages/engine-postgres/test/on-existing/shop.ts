import path from 'node:path'
import { backup, type ConsentQuestion, file, type RestoreOptions, type RestoreResult, restore } from '@pgark/core'
import { databaseDigest, type TestServer } from '@pgark/test-servers'
import { expect } from 'vitest'
import { rejection } from '../restore/target.ts'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

/** Tables that refer to each other, partitions, and one of everything that is not a table's. */
export const shop = `
  CREATE SCHEMA app;
  CREATE TYPE app.mood AS ENUM ('good', 'bad');
  CREATE DOMAIN app.amount AS int CONSTRAINT positive CHECK (VALUE > 0);
  CREATE SEQUENCE app.numbers INCREMENT 5;
  CREATE FUNCTION app.twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
  CREATE TABLE app.customers (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood app.mood DEFAULT 'good',
    size int GENERATED ALWAYS AS (app.twice(length(name))) STORED);
  CREATE TABLE app.orders (id serial PRIMARY KEY, customer int REFERENCES app.customers, amount app.amount, at date);
  CREATE INDEX orders_at ON app.orders (at);
  CREATE TABLE app.events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE app.events_2 PARTITION OF app.events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
  CREATE VIEW app.good AS SELECT * FROM app.customers WHERE mood = 'good';
  CREATE MATERIALIZED VIEW app.sums AS SELECT customer, sum(amount) FROM app.orders GROUP BY 1;
  CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touches BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
  CREATE POLICY own ON app.orders USING (true); COMMENT ON TABLE app.orders IS 'of the backup';`
export const shopRows = `
  INSERT INTO app.customers (name) SELECT 'c' || n FROM generate_series(1, 200) n;
  INSERT INTO app.orders (customer, amount, at) SELECT n % 200 + 1, n, '2026-01-01'::date + n % 50 FROM generate_series(1, 1000) n;
  INSERT INTO app.events SELECT n, '2026-01-10'::date + n % 40 FROM generate_series(1, 300) n;
  SELECT setval('app.numbers', 100); REFRESH MATERIALIZED VIEW app.sums;`

export interface ShopBackup {
  /** Restores the backup into a database with `how`; everything is consented to. */
  restoreInto(
    database: string,
    onExisting: RestoreOptions['onExisting'],
    options?: Partial<RestoreOptions>,
  ): Promise<RestoreResult>
  /** Expects that to be refused, with the database left as it was, to the byte, and answers the error. */
  refused(
    database: string,
    onExisting: RestoreOptions['onExisting'],
    options?: Partial<RestoreOptions>,
  ): Promise<Error & { code: string; hint?: string }>
  /** What was asked, by all restores since. */
  readonly asked: ConsentQuestion[]
}

/** A backup of a database in the directory format, in a folder that lives as long as the test. */
export async function backupOf(server: TestServer, source: string): Promise<ShopBackup> {
  const folder = path.join(await tempFolder(), 'backups')
  const { id } = await backup({ engine: engineFor(server, source), to: file(folder) })
  const asked: ConsentQuestion[] = []
  const consent = async (question: ConsentQuestion) => Boolean(asked.push(question))
  const restoreInto: ShopBackup['restoreInto'] = (database, onExisting, options) =>
    restore({
      engine: engineFor(server, database),
      from: file(folder),
      id,
      ...(onExisting && { onExisting }),
      consent,
      ...options,
    })
  return {
    restoreInto,
    async refused(database, onExisting, options) {
      const before = await databaseDigest(server, database)
      const error = (await rejection(restoreInto(database, onExisting, options))) as Error & { code: string }
      expect(await databaseDigest(server, database)).toBe(before)
      return error
    },
    asked,
  }
}

export const shopDatabase = (server: TestServer, more = '') => databaseWith(server, `${shop}${shopRows}${more}`)
