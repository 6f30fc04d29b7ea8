import { describe, expect, test } from 'vitest'
import { connectionString, pgDumpArguments } from '../../src/definitions/args.ts'
import { pgDumpError } from '../../src/definitions/pg-dump-error.ts'

describe('pgDumpError', () => {
  test('takes the first error line, and of the rest only the names of tables that were being locked', () => {
    const error = pgDumpError(
      [
        'pg_dump: warning: there are circular foreign-key constraints on this table:',
        'pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout',
        'DETAIL:  Key (card)=(canary) is held',
        'CONTEXT:  canary function',
        'pg_dump: detail: Query was: LOCK TABLE app."or""ders, x", ONLY public.b IN ACCESS SHARE MODE',
        '',
      ].join('\n'),
    )
    expect(error).toMatchObject({
      code: 'ENGINE.PG_DUMP',
      message: 'pg_dump failed: the wait for a lock ran into the timeout (while it locked app."or""ders, x", public.b)',
      meta: { tables: ['app."or""ders, x"', 'public.b'] },
      retryable: true,
    })
    expect(error.hint).toContain('lock')
  })

  test('names five tables of many', () => {
    const tables = Array.from({ length: 1000 }, (_, index) => `a.t${index}`)
    const error = pgDumpError(
      `pg_dump: error: query failed: ERROR:  x\npg_dump: detail: Query was: LOCK TABLE ${tables.join(', ')} IN ACCESS SHARE MODE\n`,
    )
    expect(error.message).toBe(
      'pg_dump failed: query failed: ERROR: x (while it locked a.t0, a.t1, a.t2, a.t3, a.t4 and 995 more)',
    )
    expect(error.meta.tables).toEqual(tables)
  })

  test('passes over the query of older versions', () => {
    const stderr = "pg_dump: error: query was: SELECT 'canary'\npg_dump: error: query failed: ERROR:  no\n"
    expect(pgDumpError(stderr).message).toBe('pg_dump failed: query failed: ERROR: no')
  })

  test('knows other names of the program', () => {
    expect(pgDumpError('/opt/pg 17/pg_dump-17: error: aborting\n').message).toBe('pg_dump failed: aborting')
    expect(pgDumpError('pg_dump: fatal: aborting\n').message).toBe('pg_dump failed: aborting')
  })

  test('tells the exit code where nothing was said', () => {
    expect(pgDumpError('canary', 3).message).toBe('pg_dump failed: it ended with exit code 3')
  })
})

describe('pgDumpArguments', () => {
  const session = { database: "a'b\\c=d", serverEncoding: 'LATIN1', parameters: {} }

  test('puts what must hold behind what was passed', () => {
    expect(
      pgDumpArguments({ args: ['--schema', 'app', '--format=plain'], snapshot: '00-1', lockTimeoutMs: 5 }, session),
    ).toEqual([
      '--schema',
      'app',
      '--format=plain',
      '--schema-only',
      '--format=custom',
      '--compress=0',
      '--no-sync',
      '--snapshot=00-1',
      '--lock-wait-timeout=5',
      '--encoding=LATIN1',
      "--dbname=dbname='a\\'b\\\\c=d'",
    ])
  })

  test('takes another encoding', () => {
    const given = pgDumpArguments({ args: [], snapshot: 's', lockTimeoutMs: 5, encoding: 'UTF8' }, session)
    expect(given).toContain('--encoding=UTF8')
    expect(given).not.toContain('--encoding=LATIN1')
  })

  test('quotes connection strings', () => {
    expect(connectionString({ dbname: 'postgres://x', user: "o'x" })).toBe("dbname='postgres://x' user='o\\'x'")
  })
})
