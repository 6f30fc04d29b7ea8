/** A value that must not be told to anyone. */
export const canary = 'canary5105105105105100'
const table = `CREATE TABLE public.cards (
  id integer PRIMARY KEY,
  number text NOT NULL CHECK (number NOT LIKE '%bad%'),
  short character varying(8),
  amount numeric(4,2)
);
CREATE TABLE public.payments (card integer, at date, details jsonb);
`
const cards = (...rows: string[]) =>
  `${table}COPY public.cards (id, number, short, amount) FROM stdin;\n${rows.join('\n')}\n\\.\n`
const payments = (row: string) => `${table}COPY public.payments (card, at, details) FROM stdin;\n${row}\n\\.\n`
const insert = (values: string) => `${table}INSERT INTO public.cards VALUES (${values});\n`
const raising = `CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'refused %', NEW.number; END $$;
${table}CREATE TRIGGER refuse BEFORE INSERT ON public.cards FOR EACH ROW EXECUTE FUNCTION public.refuse();
`

const looking = `CREATE FUNCTION public.look(text) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1::regclass::oid::bigint';
${cards(`1\t${canary}\t\\N\t1`)}`

export interface Failure {
  name: string
  sql: string
  line: number
  /** A regular expression, where versions differ. */
  sqlstate: string
  object: string
  /** Default `RESTORE.STATEMENT`. */
  code?: string
}
/** What a server can say about rows. Line 1 is that of CREATE TABLE, line 8 that of COPY, line 9 that of the first row. */
export const failures: Failure[] = [
  {
    name: 'unique violation',
    sql: cards('1\ta\t\\N\t1', `1\t${canary}\t\\N\t1`),
    line: 10,
    sqlstate: '23505',
    object: 'public.cards',
  },
  { name: 'bad integer', sql: cards(`${canary}\ta\t\\N\t1`), line: 9, sqlstate: '22P02', object: 'public.cards' },
  {
    name: 'check violation',
    sql: cards('1\ta\t\\N\t1', '2\ta\t\\N\t1', `3\tbad${canary}\t\\N\t1`),
    line: 11,
    sqlstate: '23514',
    object: 'public.cards',
  },
  {
    name: 'null where there must be a value',
    sql: cards(`1\t\\N\t${canary.slice(0, 8)}\t1`),
    line: 9,
    sqlstate: '23502',
    object: 'public.cards',
  },
  {
    name: 'text that is too long',
    sql: cards(`1\ta\t${canary}\t1`),
    line: 9,
    sqlstate: '22001',
    object: 'public.cards',
  },
  {
    name: 'numeric overflow',
    sql: cards('1\ta\t\\N\t5105105105105100'),
    line: 9,
    sqlstate: '22003',
    object: 'public.cards',
  },
  { name: 'too many columns', sql: cards(`1\ta\tb\t1\t${canary}`), line: 9, sqlstate: '22P04', object: 'public.cards' },
  { name: 'too few columns', sql: cards(canary), line: 9, sqlstate: '22P02', object: 'public.cards' },
  { name: 'bad date', sql: payments(`1\t${canary}\t{}`), line: 9, sqlstate: '22007', object: 'public.payments' },
  {
    name: 'bad JSON',
    sql: payments(`1\t2026-01-01\t{"${canary}"}`),
    line: 9,
    sqlstate: '22P02',
    object: 'public.payments',
  },
  {
    name: 'bad encoding',
    sql: cards(`1\t${canary}\\xff\t\\N\t1`),
    line: 9,
    sqlstate: '22021',
    object: 'public.cards',
    code: 'DAMAGE.ENCODING',
  },
  {
    name: 'bad encoding that a trigger meets',
    sql: `CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.number = convert_from(NEW.number::bytea, 'UTF8'); RETURN NEW; END $$;
${table}CREATE TRIGGER refuse BEFORE INSERT ON public.cards FOR EACH ROW EXECUTE FUNCTION public.refuse();
COPY public.cards FROM stdin;\n1\t\\\\xff${Buffer.from(canary).toString('hex')}\t\\N\t1\n\\.\n`,
    line: 12,
    sqlstate: '22021',
    object: 'public.cards',
  },
  {
    name: 'INSERT with a bad value',
    sql: insert(`'${canary}', 'a', NULL, 1`),
    line: 8,
    sqlstate: '22P02',
    object: 'public.cards',
  },
  {
    name: 'INSERT that violates a check',
    sql: insert(`1, 'bad${canary}', NULL, 1`),
    line: 8,
    sqlstate: '23514',
    object: 'public.cards',
  },
  {
    name: 'syntax error beside a value',
    sql: `${table}INSERT INTO public.cards VALUES (1 ${canary});`,
    line: 8,
    sqlstate: '42601',
    object: 'public.cards',
  },
  {
    name: 'a value where a name should be',
    sql: insert(`1, ${canary}, NULL, 1`),
    line: 8,
    sqlstate: '42703',
    object: 'public.cards',
  },
  {
    name: 'error of a trigger',
    sql: `${raising}COPY public.cards FROM stdin;\n1\t${canary}\t\\N\t1\n\\.\n`,
    line: 12,
    sqlstate: 'P0001',
    object: 'public.cards',
  },
  {
    name: 'unique index over rows',
    sql: `${payments(`1\t2026-01-01\t"${canary}"`).replace('\n\\.', `\n2\t2026-01-01\t"${canary}"\n\\.`)}CREATE UNIQUE INDEX u ON public.payments (details);`,
    line: 12,
    sqlstate: '23505',
    object: 'u',
  },
  {
    name: 'foreign key over rows',
    sql: `${payments('5105105\t2026-01-01\t{}')}ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_card_fkey FOREIGN KEY (card) REFERENCES public.cards(id);`,
    line: 11,
    sqlstate: '23503',
    object: 'public.payments',
  },
  {
    name: 'an index over rows that a function takes for names',
    sql: `${looking}CREATE INDEX i ON public.cards (public.look(number));`,
    line: 12,
    sqlstate: '42P01',
    object: 'i',
  },
  {
    name: 'a check over rows that a function takes for names',
    sql: `${looking}ALTER TABLE public.cards ADD CONSTRAINT seen CHECK (public.look(number) > 0);`,
    line: 12,
    sqlstate: '42P01',
    object: 'public.cards',
  },
  {
    name: 'a new type for rows that are taken for files',
    sql: `${looking}ALTER TABLE public.cards ALTER number TYPE text USING pg_read_file(number);`,
    line: 12,
    sqlstate: '58P01',
    object: 'public.cards',
  },
  {
    name: 'a table made of rows that are taken for units of time',
    sql: `${looking}CREATE TABLE public.parts AS SELECT date_part(number, now()) FROM public.cards;`,
    line: 12,
    sqlstate: '(22023|0A000)',
    object: 'public.parts',
  },
  {
    name: 'division by zero in a default',
    sql: `${table}SELECT 1/0, '${canary}';`,
    line: 8,
    sqlstate: '22012',
    object: '',
  },
]
