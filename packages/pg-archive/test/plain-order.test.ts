import { describe, expect, test } from 'vitest'
import { checkDefinition, entryComment, entrySql, PlainSettings, restoreOrder, type TocEntry } from '../src/index.ts'
import { data, entry, on } from './entries/sample-entry.ts'

const tags = (entries: readonly TocEntry[]) => entries.map(({ tag }) => tag)

describe('the order of a restore', () => {
  test('definitions, what comes after rows, privileges, event triggers; each as pg_dump sorted them', () => {
    const order = restoreOrder([
      entry('TABLE', 'b'),
      entry('ACL', 'TABLE b', { section: 'none' }),
      entry('TABLE', 'a'),
      entry('INDEX', 'i', { section: 'post-data' }),
      entry('DEFAULT ACL', 'd', { section: 'none' }),
      entry('EVENT TRIGGER', 'e', { section: 'post-data' }),
      entry('COMMENT', 'EVENT TRIGGER e', { section: 'none' }),
      entry('TRIGGER', 't', { section: 'post-data' }),
    ])
    expect(tags(order.preData)).toEqual(['b', 'a'])
    expect(tags(order.postData)).toEqual(['i', 't'])
    expect(tags(order.privileges)).toEqual(['TABLE b', 'd'])
    expect(tags(order.eventTriggers)).toEqual(['e', 'EVENT TRIGGER e'])
  })

  test('what sets up a session, makes the database or has no definition is left out', () => {
    const order = restoreOrder([
      entry('ENCODING', 'ENCODING'),
      entry('STDSTRINGS', 'STDSTRINGS'),
      entry('SEARCHPATH', 'SEARCHPATH'),
      entry('DATABASE', 'shop'),
      entry('DATABASE PROPERTIES', 'shop'),
      entry('COMMENT', 'DATABASE shop', { section: 'none' }),
      entry('SECURITY LABEL', 'DATABASE shop', { section: 'none' }),
      entry('ACL', 'DATABASE shop', { section: 'none' }),
      entry('SHELL TYPE', 'nothing', { definition: '' }),
    ])
    expect(Object.values(order).flat()).toEqual([])
  })

  test('data between definitions, large objects with what describes them, in either style', () => {
    const old = entry('BLOB', '4711')
    const batch = entry('BLOB METADATA', '4712..4713', { section: 'data' })
    const order = restoreOrder([
      entry('TABLE', 'a'),
      old,
      entry('COMMENT', 'LARGE OBJECT 4711', { section: 'none', ...on(old) }),
      entry('ACL', 'LARGE OBJECT 4711', { section: 'none', ...on(old) }),
      data('TABLE DATA', 'a'),
      data('TABLE DATA', 'partition', { definition: '-- load via partition root public.p' }),
      batch,
      entry('SECURITY LABEL', 'LARGE OBJECTS 4712..4713', { section: 'none', ...on(batch) }),
      data('BLOBS', '4712..4713'),
      entry('SEQUENCE SET', 's', { section: 'data' }),
      entry('INDEX', 'i', { section: 'post-data' }),
    ])
    expect(tags(order.preData)).toEqual(['a'])
    expect(tags(order.data)).toEqual([
      '4711',
      'LARGE OBJECT 4711',
      'a',
      'partition',
      '4712..4713',
      'LARGE OBJECTS 4712..4713',
      '4712..4713',
      's',
    ])
    expect(tags(order.postData)).toEqual(['i'])
    expect(tags(order.privileges)).toEqual(['LARGE OBJECT 4711'])
  })

  test('what may need privileges comes after them: refreshing views, and the statistics of these and of indexes', () => {
    const order = restoreOrder([
      entry('STATISTICS DATA', 'a', { section: 'data', definition: '' }),
      entry('STATISTICS', 'extended', { section: 'post-data' }),
      entry('MATERIALIZED VIEW DATA', 'v', { section: 'post-data' }),
      entry('STATISTICS DATA', 'v', { section: 'post-data' }),
    ])
    expect(tags(order.data)).toEqual(['a'])
    expect(tags(order.postData)).toEqual(['extended'])
    expect(tags(order.refreshes)).toEqual(['v', 'v'])
  })

  test('a comment stands where what it describes does', () => {
    const index = entry('INDEX', 'i', { section: 'post-data' })
    const table = entry('TABLE', 'a')
    const order = restoreOrder([
      table,
      entry('COMMENT', 'TABLE a', { section: 'none', dependencies: [table.dumpId] }),
      entry('SECURITY LABEL', 'TABLE a', { section: 'none', dependencies: [table.dumpId] }),
      index,
      entry('COMMENT', 'INDEX i', { section: 'none', dependencies: [index.dumpId] }),
    ])
    expect(tags(order.preData)).toEqual(['a', 'TABLE a', 'TABLE a'])
    expect(tags(order.postData)).toEqual(['i', 'INDEX i'])
  })

  test('a comment on a constraint of a domain that is added after the rows comes after it', () => {
    const domain = entry('DOMAIN', 'Positive')
    const order = restoreOrder([
      domain,
      entry('COMMENT', 'CONSTRAINT "is it" ON DOMAIN "Positive"', { section: 'none', dependencies: [domain.dumpId] }),
      entry('CHECK CONSTRAINT', 'Positive other', { section: 'post-data' }),
      entry('CHECK CONSTRAINT', 'Positive is it', { section: 'post-data' }),
      entry('INDEX', 'i', { section: 'post-data' }),
    ])
    expect(tags(order.preData)).toEqual(['Positive'])
    expect(tags(order.postData)).toEqual([
      'Positive other',
      'Positive is it',
      'CONSTRAINT "is it" ON DOMAIN "Positive"',
      'i',
    ])
  })
})

test('an entry without kind or name is a definition like any other', () => {
  const order = restoreOrder([
    entry('TABLE', 'a', { description: undefined }),
    entry('COMMENT', 'x', { tag: undefined, section: 'none' }),
  ])
  expect(order.preData).toHaveLength(2)
})

describe('one object as text', () => {
  test('a partitioned table gets its access method by a statement of its own, any other by a setting', () => {
    const partitioned = entry('TABLE', 'p', { relkind: 'p', tableAccessMethod: 'columnar' })
    expect(entrySql(partitioned, { owners: false })).toContain('ALTER TABLE "public"."p" SET ACCESS METHOD "columnar";')
    expect(new PlainSettings().before(partitioned)).not.toContain('access_method')
    const usual = entry('TABLE', 'p', { relkind: 'p', tableAccessMethod: undefined })
    expect(entrySql(usual, { owners: false })).not.toContain('ACCESS METHOD')
  })

  test('one without a definition is its comment', () => {
    const empty = entry('TABLE', 'a', { definition: undefined })
    expect(entrySql(empty, { owners: false }).trim()).toBe(entryComment(empty, false).trim())
  })

  test('names cannot end their comment', () => {
    expect(entryComment({ tag: 'a\n\\! id\r', description: 'TABLE', schema: 'p', owner: 'o' })).toBe(
      '--\n-- Name: a\\n\\! id\\r; Type: TABLE; Schema: p; Owner: o\n--\n\n',
    )
  })
  test('the owner is set by name, or by signature where the name is not enough', () => {
    expect(entrySql(entry('TABLE', 'a "b"', { dropStatement: 'DROP TABLE x;' }), { owners: true })).toContain(
      'ALTER TABLE "public"."a ""b""" OWNER TO "keeper";',
    )
    const drop = 'DROP FUNCTION public.f(integer, text);\n'
    expect(entrySql(entry('FUNCTION', 'f(integer, text)', { dropStatement: drop }), { owners: true })).toContain(
      'ALTER FUNCTION public.f(integer, text) OWNER TO "keeper";',
    )
    expect(entrySql(entry('TABLE', 'a', { dropStatement: 'DROP TABLE x;' }), { owners: false })).not.toContain(
      'OWNER TO',
    )
  })
  test('tablespace and access method are set when they change', () => {
    const settings = new PlainSettings()
    const table = (tablespace: string, tableAccessMethod: string, relkind = 'r') =>
      settings.before(entry('TABLE', 'a', { tablespace, tableAccessMethod, relkind }))
    expect(table('', 'heap')).toBe('SET default_tablespace = \'\';\n\nSET default_table_access_method = "heap";\n\n')
    expect(table('', 'heap')).toBe('')
    expect(table('fast', 'heap')).toBe('SET default_tablespace = "fast";\n\n')
    expect(table('fast', 'columnar', 'p')).toBe('')
  })
})

describe('a definition that psql would run commands from is not written', () => {
  const fine = ["SELECT '\\! id';", 'SELECT 1; -- \\! id', 'CREATE FUNCTION f() AS $$ \\! $$;', "SELECT E'\\\\';", '']
  for (const sql of fine) test(`fine: ${sql}`, () => expect(() => checkDefinition(sql, 'x')).not.toThrow())
  const unsafe = ['SELECT 1;\n\\! id', "SELECT 'open", 'SELECT $$open', '/* open', 'SELECT "open', 'SELECT 1 \\; x;']
  for (const sql of unsafe) {
    test(`unsafe: ${sql.replace('\n', ' ')}`, () => {
      expect(() => checkDefinition(sql, 'TABLE public.a')).toThrow(
        expect.objectContaining({ code: 'UNSAFE.DEFINITION', message: expect.stringContaining('TABLE public.a') }),
      )
    })
  }
})
