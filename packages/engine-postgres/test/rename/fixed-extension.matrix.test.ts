import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { backup, file, planBackup, restore } from '@pgark/core'
import { startServer } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { targetAt } from '../restore/target.ts'
import { engineFor, tempFolder } from '../snapshot/run-backup.ts'

/** An extension that is only for the schema `app`, as its control file says. */
async function fixedExtension(): Promise<string> {
  const share = await tempFolder()
  const folder = path.join(share, 'extension')
  await mkdir(folder)
  // The server may run as somebody else.
  await chmod(share, 0o755)
  await writeFile(path.join(folder, 'fixed.control'), "default_version = '1'\nrelocatable = false\nschema = 'app'\n")
  await writeFile(
    path.join(folder, 'fixed--1.sql'),
    "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n",
  )
  return share
}

test('the schema of an extension that can be in no other one is refused, unless that is there', async () => {
  const share = await fixedExtension()
  // Servers look elsewhere for extensions since 18.
  const server = await startServer(18, { settings: { extension_control_path: `${share}:$system` } })
  onTestFinished(() => server.stop())
  for (const database of ['source', 'other']) await server.createDatabase(database)
  const content = 'CREATE SCHEMA app; CREATE EXTENSION fixed; CREATE TABLE app.t (n integer DEFAULT app.one())'
  await server.query(content, 'source')
  const location = await tempFolder()
  const engine = engineFor(server, 'source')
  const renameSchemas = { app: 'copy' }
  const refused = {
    code: 'REFUSED.RENAME',
    message: expect.stringContaining('The schema app cannot be renamed: the extension fixed can be in no other one.'),
  }
  await expect(backup({ engine, to: file(location), renameSchemas })).rejects.toMatchObject(refused)
  await expect(planBackup({ engine, to: file(location), renameSchemas })).rejects.toMatchObject(refused)

  const { id } = await backup({ engine, to: file(location), format: 'directory' })
  const other = targetAt(server, 'other')
  await expect(other.restore(location, { id, renameSchemas })).rejects.toMatchObject(refused)
  expect(await other.query("SELECT FROM pg_namespace WHERE nspname IN ('app', 'copy')")).toEqual([])

  // Beside the original it stays where it is, and the copy uses it there.
  const source = targetAt(server, 'source')
  await source.restore(location, { id, schemas: ['app'], renameSchemas })
  expect(
    await source.query("SELECT pg_get_expr(adbin, adrelid) AS sql FROM pg_attrdef WHERE adrelid = 'copy.t'::regclass"),
  ).toEqual([{ sql: 'app.one()' }])
  const making = { engine: engineFor(server, 'made'), from: file(location), id, renameSchemas, createDatabase: true }
  await expect(restore(making)).rejects.toThrow(/fixed/)
  expect((await server.query("SELECT FROM pg_database WHERE datname = 'made'")).rows).toEqual([])
})
