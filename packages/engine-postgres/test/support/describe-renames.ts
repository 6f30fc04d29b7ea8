import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { backup, file } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataSets } from './data-sets.ts'
import { engineFor, restoreInto, temporaryFolder } from './round-trip.ts'
import { type OracleMajor, type Stock, stockFor } from './stock.ts'

/** Which schemas of a data set get which names; the old and new ones sort alike, as pg_dump writes objects in that order. */
const renames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  northwind: { public: 'public_too' },
  pagila: { public: 'public_too' },
  archives: { app: 'app_too', other: 'other "too"' },
  inheritance: { inh: 'inh_too' },
  objects: { a: 'a_too', b: 'b_too' },
  renaming: { app: 'app_too' },
}

/** What a renamed `public` has because the server made it, and not its restore. */
const asIfMade = (schema: string) => `
  SET allow_system_table_mods = on; DELETE FROM pg_init_privs WHERE objoid = '${schema}'::regnamespace;
  COMMENT ON SCHEMA ${schema} IS NULL`

/** Texts that the server leaves with the old name of a schema. */
const texts = /SET (?:search_path|default_text_search_config) TO .*|dictionary = '.*?'|\('[^']*'::text\)::regclass/g

/** With the new name in these, too. */
const withFollowing = (definitions: string, schemas: Readonly<Record<string, string>>) =>
  definitions.replace(texts, (text) =>
    text.replace(/'(\w+)(?=[.'])/g, (word, schema: string) => (schemas[schema] ? `'${schemas[schema]}` : word)),
  )

/** Restores under new names, and the same under old ones that are changed by the server then, on servers of that major. */
export function describeRenames(major: OracleMajor): void {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    let stock: Stock
    beforeAll(async () => {
      server = await startServer(major, { settings: { wal_level: 'logical' } })
      stock = stockFor(server)
    })
    afterAll(() => server.stop())

    for (const { name, since, stockFault, scripts } of dataSets) {
      const schemas = renames[name]
      if (!schemas || (since && since.major > major)) continue
      // Its rows are many, and take long to compare.
      const isLarge = name === 'archives'
      const source = `${name} source`
      const renamed = `${name} renamed`
      const create = (database: string) => server.createDatabase(database, 'TEMPLATE template0')
      const withoutPublic = async (database: string) =>
        'public' in schemas ? await server.query('DROP SCHEMA public', database) : undefined

      describe(name, () => {
        let definitions: string
        beforeAll(async () => {
          await create(source)
          for (const script of scripts(major)) await stock.psql(source, script)
          if (stockFault?.error) await server.query(stockFault.error.without, source)
          // Tests have folders of their own.
          const folder = await mkdtemp(path.join(tmpdir(), 'pgark-renames-'))
          const target = path.join(folder, 'archive.dump')
          await backup({ engine: engineFor(server, source), to: file(target) })
          await create(renamed)
          await restoreInto(server, renamed, target, { createDatabase: false })
          await rm(folder, { recursive: true })
          for (const [from, to] of Object.entries(schemas)) {
            const quoted = `"${to.replaceAll('"', '""')}"`
            await server.query(`ALTER SCHEMA ${from} RENAME TO ${quoted}`, renamed)
            if (from === 'public') await server.query(asIfMade(to), renamed)
          }
          definitions = withFollowing(await stock.definitions(renamed), schemas)
        })

        const expectRenamed = async (database: string) => {
          await withoutPublic(database)
          expect(await stock.definitions(database)).toBe(definitions)
          const { differences } = await compareDatabases(server, renamed, database)
          expect(differences).toEqual([])
        }

        test.each(isLarge ? (['tar'] as const) : (['custom', 'directory', 'tar'] as const))(
          'an archive of pg_dump, %s, at restore',
          async (format) => {
            const target = path.join(await temporaryFolder(), 'archive')
            await stock.dump(source, target, `--format=${format}`)
            const database = `${name} stock ${format}`
            await create(database)
            const { findings } = await restoreInto(server, database, target, {
              createDatabase: false,
              renameSchemas: schemas,
            })
            expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
            await expectRenamed(database)
          },
        )

        test.each(isLarge ? ['directory'] : ['plain', 'custom', 'directory'])(
          'a %s backup, at backup',
          async (format) => {
            const folder = await temporaryFolder()
            const { id } = await backup({
              ...{ engine: engineFor(server, source), to: file(folder), format, renameSchemas: schemas },
            })
            const database = `${name} ours ${format}`
            await create(database)
            const { findings } = await restoreInto(server, database, folder, { id, createDatabase: false })
            expect(findings).toEqual([])
            await expectRenamed(database)
          },
        )

        test.each(isLarge ? ['archive.dump'] : ['archive.dump', 'script.sql'])(
          '%s in one transaction',
          async (fileName) => {
            const target = path.join(await temporaryFolder(), fileName)
            await backup({ engine: engineFor(server, source), to: file(target) })
            const database = `${name} at once ${fileName}`
            await create(database)
            await restoreInto(server, database, target, {
              ...{ createDatabase: false, singleTransaction: true, renameSchemas: schemas },
            })
            await expectRenamed(database)
          },
        )
      })
    }
  })
}
