import type { TocEntry } from '@pgark/pg-archive'

/** One way in which people run pg_restore. */
export interface RestoreMode {
  readonly name: string
  /** What is in the target before: nothing, schemas with types, all definitions, or everything. */
  readonly begin: 'empty' | 'frame' | 'definitions' | 'everything'
  /** Its arguments, for an archive with those entries. */
  args(entries: readonly TocEntry[]): readonly string[]
  /** What is restored, of the archive's list. */
  readonly lists?: (line: string) => boolean
  /** By a script, which psql runs. */
  readonly isScript?: true
  /** It gives the whole database. */
  readonly isWhole?: true
}

export const restoreModes: readonly RestoreMode[] = [
  { name: '-j1', begin: 'empty', args: () => ['--jobs=1'], isWhole: true },
  { name: '-j4', begin: 'empty', args: () => ['--jobs=4'], isWhole: true },
  { name: '--single-transaction', begin: 'empty', args: () => ['--single-transaction'], isWhole: true },
  { name: '--data-only', begin: 'definitions', args: () => ['--data-only'] },
  {
    name: '--data-only --disable-triggers',
    begin: 'definitions',
    args: () => ['--data-only', '--disable-triggers'],
  },
  { name: '--schema-only', begin: 'empty', args: () => ['--schema-only'] },
  { name: '-t', begin: 'frame', args: (entries) => everyThird(entries, 'TABLE').map((name) => `--table=${name}`) },
  { name: '-n', begin: 'frame', args: (entries) => someSchemas(entries).map((name) => `--schema=${name}`) },
  {
    name: '-L',
    begin: 'empty',
    args: () => [],
    lists: (line) => !/ (INDEX|FK CONSTRAINT|TRIGGER) /.test(line) && !/TABLE DATA .*[aeiou] \S+$/.test(line),
  },
  { name: '--clean --if-exists', begin: 'everything', args: () => ['--clean', '--if-exists'], isWhole: true },
  { name: '-f -', begin: 'empty', args: () => [], isScript: true, isWhole: true },
]

const everyThird = (entries: readonly TocEntry[], kind: string) =>
  tags(entries.filter(({ description }) => description === kind)).filter((_, at) => at % 3 === 0)

const someSchemas = (entries: readonly TocEntry[]) => {
  const schemas = new Set(entries.map(({ schema = '' }) => schema))
  return [...schemas]
    .filter((schema) => schema !== '')
    .sort()
    .slice(0, 2)
}

const tags = (entries: readonly TocEntry[]) => entries.map(({ tag = '' }) => tag)
