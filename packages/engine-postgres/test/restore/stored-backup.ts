import type { TestServer } from '@pgark/test-servers'
import { databaseWith, prepare } from '../snapshot/run-backup.ts'

const schema = `
  CREATE TABLE items (id integer PRIMARY KEY, note text);
  INSERT INTO items VALUES (1, 'a'), (2, 'b');
  ALTER TABLE items OWNER TO keeper;
  GRANT SELECT ON items TO visitor;
  CREATE SEQUENCE counter; SELECT setval('counter', 42)`

export const roles = 'CREATE ROLE keeper LOGIN; CREATE ROLE visitor; CREATE ROLE other'

/** A backup of a table with two rows, a sequence, an owner and a grant; the file goes with the test. */
export async function storedBackup(server: TestServer): Promise<string> {
  const { start, location } = await prepare(server, await databaseWith(server, schema))
  await start()
  return location
}
