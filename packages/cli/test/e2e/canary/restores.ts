import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { editManifest, startFaultyProxy } from '@pgark/test-servers'
import { type Act, type Scenario, type Stage, secrets, source } from './scenario.ts'

const { row } = secrets
const end = '\n-- PostgreSQL database dump complete\n'
const cards = (...rows: string[]) =>
  `CREATE TABLE public.cards (id int PRIMARY KEY, number text CHECK (number NOT LIKE '%bad%'));
COPY public.cards (id, number) FROM stdin;\n${rows.map((each) => `${each}\n`).join('')}\\.\n`

const senseless = `${cards()}INSERT INTO public.cards VALUES (1 ${row});${end}`

async function restore(stage: Stage, name: string, sql?: string): Promise<Act> {
  return { args: ['restore', name, '--to', stage.url(await stage.newDatabase(sql))] }
}

/** A file that is to be restored. */
const script = (
  name: string,
  exitCode: number,
  says: RegExp,
  content: string | Uint8Array,
  target?: string,
): Scenario => ({
  name,
  exitCode,
  says,
  leaves: ['dump.sql'],
  async prepare(stage) {
    await stage.file('dump.sql', content)
    return await restore(stage, 'dump.sql', target)
  },
})

/** A backup of ours that was changed afterwards. */
const damaged = (name: string, change: (bytes: Buffer) => Buffer, backup = 'a.sql'): Scenario => ({
  name,
  exitCode: 3,
  says: /DAMAGE\.|ARCHIVE\.CORRUPT/,
  leaves: [backup, `${backup}.json`],
  async prepare(stage) {
    await stage.backup(backup)
    const file = path.join(stage.cwd, backup)
    await writeFile(file, change(await readFile(file)))
    return await restore(stage, backup)
  },
})

function flippedInTheMiddle(bytes: Buffer): Buffer {
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 8
  return bytes
}

/** A backup whose manifest says that it needs more. */
const demanding = (
  name: string,
  exitCode: number,
  says: RegExp,
  change: (contents: Record<string, unknown>) => Record<string, unknown>,
): Scenario => ({
  name,
  exitCode,
  says,
  leaves: ['a.sql', 'a.sql.json'],
  async prepare(stage) {
    await stage.backup('a.sql')
    await editManifest(path.join(stage.cwd, 'a.sql.json'), (manifest: { contents: Record<string, unknown> }) => ({
      ...manifest,
      contents: { ...manifest.contents, ...change(manifest.contents) },
    }))
    return await restore(stage, 'a.sql')
  },
})
const requiring = (more: object) => (contents: Record<string, unknown>) => ({
  requirements: { ...(contents.requirements as object), ...more },
})

const raising = `CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'refused %', NEW.number USING DETAIL = NEW.number, HINT = NEW.number; END $$;
CREATE TABLE public.cards (id int, number text);
CREATE TRIGGER refuse BEFORE INSERT ON public.cards FOR EACH ROW EXECUTE FUNCTION public.refuse();
COPY public.cards (id, number) FROM stdin;\n1\t${row}\n\\.\n`
const looking = `CREATE FUNCTION public.look(text) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1::regclass::oid::bigint';
${cards(`1\t${row}`)}CREATE INDEX i ON public.cards (public.look(number));`

/** Restores that are refused, or that fail and are rolled back. */
export const restores: Scenario[] = [
  damaged('a flipped byte', (bytes) => {
    const at = bytes.indexOf(row)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    return bytes
  }),
  damaged('a flipped byte where a row ends', (bytes) => {
    bytes[bytes.indexOf(`${row}\n`) + row.length] = 0x09
    return bytes
  }),
  damaged('a flipped byte in an archive', flippedInTheMiddle, 'a.dump'),
  damaged('a flipped byte in zstd', flippedInTheMiddle, 'a.sql.zst'),
  damaged('a cut', (bytes) => bytes.subarray(0, bytes.indexOf(row) + 100)),
  {
    name: 'a role that the target lacks, known before',
    exitCode: 2,
    says: /REFUSED\.ROLE/,
    leaves: ['a.sql', 'a.sql.json'],
    async prepare(stage) {
      await stage.server.query(
        'CREATE ROLE leaver; CREATE TABLE left_behind (); ALTER TABLE left_behind OWNER TO leaver',
        source,
      )
      stage.after(() => stage.server.query('DROP TABLE left_behind', source))
      await stage.backup('a.sql')
      await stage.server.query('REASSIGN OWNED BY leaver TO app; DROP ROLE leaver', source)
      return await restore(stage, 'a.sql')
    },
  },
  demanding(
    'an extension, a tablespace and a collation that the target lacks, known before',
    2,
    /REFUSED\.TARGET/,
    (contents) =>
      requiring({
        extensions: ['not_there'],
        tablespaces: ['nowhere'],
        collations: [{ schema: 'public', name: 'none' }],
      })(contents),
  ),
  demanding('another version of ICU', 0, /sorted by ICU 999\.1/, requiring({ icuVersion: '999.1' })),
  demanding('an older server', 0, /The backup is of PostgreSQL 99\.1/, ({ source: from }) => ({
    source: { ...(from as object), serverVersion: '99.1' },
  })),
  demanding('too few locks', 2, /REFUSED\.LOCK_SPACE/, () => ({ lockEstimate: 1_000_000 })),
  {
    name: 'no right to create',
    exitCode: 2,
    says: /REFUSED\.TARGET.*stranger may not/,
    leaves: ['a.sql', 'a.sql.json'],
    async prepare(stage) {
      await stage.backup('a.sql')
      const { args } = await restore(stage, 'a.sql')
      return { args: args.map((each) => each.replace('//app:', '//stranger:')) }
    },
  },
  {
    name: 'a connection that falls silent amid the rows',
    exitCode: 1,
    says: /ENGINE\.TIMEOUT/,
    leaves: ['a.sql', 'a.sql.json'],
    async prepare(stage) {
      await stage.backup('a.sql')
      const proxy = await startFaultyProxy(stage.server.port)
      stage.after(() => proxy.stop())
      proxy.when('client', 200_000, () => proxy.stall())
      const to = stage.url(await stage.newDatabase(), proxy)
      return { args: ['restore', 'a.sql', '--to', to, '--idle-timeout', '1s', '--connect-timeout', '1s'] }
    },
  },
  {
    name: 'gzip that is named .zst',
    exitCode: 0,
    says: /restored|cards/,
    leaves: ['dump.sql.zst'],
    async prepare(stage) {
      await stage.file('dump.sql.zst', gzipSync(cards(`1\t${row}`) + end))
      return await restore(stage, 'dump.sql.zst')
    },
  },
  script('a cut file without a manifest', 3, /SCRIPT\./, cards(`1\t${row}`).slice(0, -4)),
  script('a file that is no SQL', 3, /ARCHIVE\.|SCRIPT\./, `id,number\n1,${row}\n`),
  script('an empty file', 3, /ARCHIVE\./, ''),
  script('gzip that was cut', 3, /ARCHIVE\./, gzipSync(cards(`1\t${row}`) + end).subarray(0, -9)),
  script('two dumps in one file', 3, /ARCHIVE\.TRAILING/, `${cards(`1\t${row}`)}${end}${cards(`1\t${row}`)}${end}`),
  script('bytes that are no UTF-8', 3, /DAMAGE\.ENCODING/, Buffer.from(`${cards(`1\t${row}\xe9`)}${end}`, 'latin1')),
  script(
    'a target that is not empty',
    2,
    /REFUSED\.EXISTS/,
    cards(`1\t${row}`) + end,
    'CREATE TABLE cards (number text)',
  ),
  script(
    'a role that is missing',
    1,
    /42704/,
    `${cards(`1\t${row}`)}ALTER TABLE public.cards OWNER TO nobody_here;${end}`,
  ),
  script(
    'an extension that is missing',
    1,
    /RESTORE\.STATEMENT/,
    `${cards(`1\t${row}`)}CREATE EXTENSION not_there;${end}`,
  ),
  script(
    'a unique violation',
    1,
    /Line 4: COPY public\.cards .*cards_pkey.*23505/,
    cards(`1\t${row}`, `1\t${row}`) + end,
  ),
  script('a check violation', 1, /23514/, cards(`1\t${row}bad`) + end),
  script('a value of another type', 1, /22P02/, cards(`${row}\t1`) + end),
  script(
    'an INSERT with a value of another type',
    1,
    /22P02/,
    `${cards()}INSERT INTO public.cards VALUES ('${row}', 1);${end}`,
  ),
  script('a trigger that refuses', 1, /P0001/, raising + end),
  script('an index over rows that are taken for names', 1, /42P01/, looking + end),
  {
    ...script('a statement that makes no sense', 1, /42601/, ''),
    async prepare(stage) {
      await stage.file('dump.sql', senseless)
      const { args, ...act } = await restore(stage, 'dump.sql')
      return { ...act, args: [...args, '--yes'] }
    },
  },
  script('a statement that makes no sense, without consent', 2, /REFUSED\.CONSENT/, senseless),
  script(
    'a statement that needs consent',
    2,
    /REFUSED\.CONSENT/,
    `${cards(`1\t${row}`)}DROP TABLE public.cards;${end}`,
  ),
  {
    name: 'a server that cannot extend the table',
    exitCode: 1,
    says: /RESTORE\.STATEMENT.*could not extend file/,
    async prepare(stage) {
      const full = await stage.fullServer()
      await full.createDatabase('target')
      const rows = Array.from({ length: 30_000 }, (_, id) => `${id}\t${row}${'x'.repeat(1000)}`)
      return { args: ['restore', '-', '--to', stage.url('target', full)], stdin: cards(...rows) + end }
    },
  },
]
