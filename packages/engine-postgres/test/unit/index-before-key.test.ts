import type { ParallelStep, TocEntry } from '@pgark/pg-archive'
import { expect, test } from 'vitest'
import { indexBeforeKey, KeysAndIndexes } from '../../src/restore/parallel/index-before-key.ts'

const add = 'ALTER TABLE ONLY app."T 1"\n    ADD CONSTRAINT "K" '
const stepOf = (definition: string, description = 'CONSTRAINT'): ParallelStep => ({
  entry: { dumpId: 9, description, definition } as TocEntry,
  after: [5],
  needsAllRows: false,
  locks: [5],
  reads: [4, 5],
})
/** A table with rows, of id 5, and two indexes. */
const shared = (definition: string, children: readonly number[] = []) =>
  new KeysAndIndexes([stepOf(definition), stepOf('', 'INDEX')], new Set([5]), new Set(children))
const split = (definition: string, keys = shared(definition)) => indexBeforeKey(stepOf(definition), keys, -1)

test('a key becomes an index, which runs beside others, and a key that uses it', () => {
  const definition = `${add}PRIMARY KEY (id, "B") INCLUDE (c) WITH (fillfactor='70');\n\nALTER TABLE app."T 1" CLUSTER ON "K";\n`
  expect(split(definition)).toMatchObject({
    index: {
      entry: {
        dumpId: -1,
        definition: `CREATE UNIQUE INDEX "K" ON app."T 1" USING btree (id, "B") INCLUDE (c) WITH (fillfactor='70');\n`,
      },
      after: [5],
      locks: [],
      reads: [4, 5],
    },
    key: {
      entry: {
        dumpId: 9,
        definition: `${add}PRIMARY KEY USING INDEX "K";\n\nALTER TABLE app."T 1" CLUSTER ON "K";\n`,
      },
      after: [5, -1],
      locks: [5],
    },
  })
  expect(split(`${add}UNIQUE NULLS NOT DISTINCT (id);\n`)?.index.entry.definition).toBe(
    'CREATE UNIQUE INDEX "K" ON app."T 1" USING btree (id) NULLS NOT DISTINCT;\n',
  )
})

test('so does a key whose definition a cleaner has freed of its last line break', () => {
  expect(split(`${add}PRIMARY KEY (id);`)).toMatchObject({
    index: { entry: { definition: 'CREATE UNIQUE INDEX "K" ON app."T 1" USING btree (id);\n' } },
    key: { entry: { definition: `${add}PRIMARY KEY USING INDEX "K";\n` } },
  })
})

test.each([
  `${add}UNIQUE (id) DEFERRABLE INITIALLY DEFERRED;\n`,
  `${add}PRIMARY KEY (id, valid WITHOUT OVERLAPS);\n`,
  `${add}UNIQUE (id) WITH (deduplicate_items='off');\n`,
  `${add}EXCLUDE USING gist (r WITH &&);\n`,
  `${add}CHECK ((id > 0));\n`,
])('what an index may not stand for stays as it is: %s', (definition) => {
  expect(split(definition)).toBeUndefined()
})

test('so does the only index of a table, and that of a table without rows of its own', () => {
  const definition = `${add}PRIMARY KEY (id);\n`
  expect(split(definition, new KeysAndIndexes([stepOf(definition)], new Set([5]), new Set()))).toBeUndefined()
  expect(
    split(definition, new KeysAndIndexes([stepOf(definition), stepOf('', 'INDEX')], new Set(), new Set())),
  ).toBeUndefined()
})

test('so does the primary key of a child, but not its other keys', () => {
  const [primary, unique] = [`${add}PRIMARY KEY (id);\n`, `${add}UNIQUE (id);\n`]
  expect(split(primary, shared(primary, [5]))).toBeUndefined()
  expect(split(unique, shared(unique, [5]))).toBeDefined()
})
