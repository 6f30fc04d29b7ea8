import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readToc, type TocEntry } from '@pgark/pg-archive'
import { databaseContent } from '@pgark/test-servers'
import type { LoadedDataSets } from './loaded-data-sets.ts'
import type { RestoreMode } from './restore-modes.ts'

/** What a restore made of a database, in a form that can be compared. */
export interface Restored {
  /** Messages of errors, sorted. */
  readonly errors: readonly string[]
  readonly content: readonly string[]
  readonly definitions: string
}

/** Restores archives by the server's own pg_restore, into databases that are gone afterwards. */
export class RestoredByStock {
  readonly #sets: LoadedDataSets
  readonly #reference: (dataSet: string) => Promise<string>
  readonly #templates = new Map<string, Promise<string>>()
  #made = 0

  /** `reference` is pg_dump's archive, of which the targets are made that are not empty. */
  constructor(sets: LoadedDataSets, reference: (dataSet: string) => Promise<string>) {
    this.#sets = sets
    this.#reference = reference
  }

  async restore(archive: string, dataSet: string, mode: RestoreMode): Promise<Restored> {
    const { server, stock } = this.#sets
    this.#made += 1
    const target = `restored ${this.#made}`
    await this.#sets.createLike(await this.template(dataSet, mode.begin), target)
    const args = [...mode.args(await entriesOf(await this.#reference(dataSet)))]
    if (mode.lists) args.push(`--use-list=${await this.#list(archive, mode.lists)}`)
    const errors = mode.isScript
      ? await this.#byScript(target, [...args, archive])
      : await stock.restore([...args, archive], target)
    const [content, definitions] = [await databaseContent(server, target), await stock.definitions(target)]
    await this.#sets.drop(target)
    return { errors: errors.map((error) => error.replace(whichKey, '')), content, definitions }
  }

  async #byScript(target: string, args: readonly string[]): Promise<string[]> {
    const script = path.join(this.#sets.folder, 'script.sql')
    await writeFile(script, await this.#sets.stock.read(['--file=-', ...args]))
    return await this.#sets.stock.script(target, script)
  }

  async #list(archive: string, isWanted: (line: string) => boolean): Promise<string> {
    const list = path.join(this.#sets.folder, 'list')
    const lines = (await this.#sets.stock.read(['--list', archive])).split('\n')
    await writeFile(list, lines.filter((line) => line.startsWith(';') || isWanted(line)).join('\n'))
    return list
  }

  /** The database that targets of restores are made of which begin so. */
  template(dataSet: string, begin: RestoreMode['begin']): Promise<string> {
    const key = `${dataSet} ${begin}`
    const known = this.#templates.get(key) ?? this.#makeTemplate(dataSet, begin)
    this.#templates.set(key, known)
    return known
  }

  async #makeTemplate(dataSet: string, begin: RestoreMode['begin']): Promise<string> {
    const { server, stock } = this.#sets
    const { empty } = await this.#sets.get(dataSet)
    if (begin === 'empty') return empty
    const archive = await this.#reference(dataSet)
    const name = `${dataSet} ${begin}`
    await this.#sets.createLike(empty, name)
    const args = begin === 'frame' ? [`--use-list=${await this.#list(archive, isOfFrame)}`] : []
    // What fails here fails alike for both archives.
    await stock.restore([...args, ...(begin === 'everything' ? [] : ['--schema-only']), archive], name)
    if (begin === 'definitions') await server.query(withoutTriggers, name)
    return name
  }
}

const isOfFrame = (line: string) =>
  / (SCHEMA|EXTENSION|TYPE|DOMAIN|COLLATION|ACCESS METHOD|FUNCTION|SEQUENCE) /.test(line)
/** Event triggers would fire at the command that disables triggers, and triggers add rows that are in no archive. */
const withoutTriggers = `DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT evtname FROM pg_event_trigger LOOP EXECUTE format('ALTER EVENT TRIGGER %I DISABLE', name); END LOOP;
  FOR name IN SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT tgisinternal) LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', name); END LOOP; END $$`
/** The first key that fails depends on the order of the rows. */
const whichKey = / violates foreign key constraint .*/

/** The entries of a custom archive. */
async function entriesOf(archive: string): Promise<readonly TocEntry[]> {
  return readToc(await readFile(archive)).entries
}
