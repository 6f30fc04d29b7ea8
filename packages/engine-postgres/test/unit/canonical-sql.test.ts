import { describe, expect, test } from 'vitest'
import { canonicalSql } from '../../src/compare/definitions/canonical-sql.ts'

describe('the same', () => {
  test.each([
    [
      "CHECK (((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
      "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))",
    ],
    ['SELECT (ARRAY[f(a, b), c])::numeric(10,2)[]', 'SELECT ARRAY[(f(a, b))::numeric(10,2), (c)::numeric(10,2)]'],
    ['SELECT (ARRAY[a])::s."T x"[]', 'SELECT ARRAY[(a)::s."T x"]'],
    ['CHECK ((((x >= 1) AND (x <= 2)) AND (y > 0)))', 'CHECK (((x >= 1) AND (x <= 2) AND (y > 0)))'],
    ['CHECK (((((a) OR (b)) OR (c)) OR (d)))', 'CHECK (((a) OR (b) OR (c) OR (d)))'],
    ['SELECT  1\n  FROM t; -- why', 'SELECT 1 FROM t;'],
  ])('%s', (one, other) => {
    expect(canonicalSql(one)).toBe(canonicalSql(other))
  })
})

describe('not the same', () => {
  test.each([
    ['((a AND b) OR c)', '(a AND (b OR c))'],
    ['((a OR b) AND c)', '(a OR b AND c)'],
    ['((a AND b) OR c)', '(a AND b OR c)'],
    ['(a AND (b AND c))', '(a AND b AND c)'],
    ["SELECT 'a  b'", "SELECT 'a b'"],
    ["AS 'f() -- x'", "AS 'f()'"],
    ['SELECT "A"', 'SELECT a'],
    ['(ARRAY[a, b])::text[]', 'ARRAY[(a)::text, (b)::varchar]'],
    ['(ARRAY[a, b])::text', 'ARRAY[(a)::text, (b)::text]'],
    ['(ARRAY[a, b])::text[]', 'ARRAY[a, b]'],
    ['SELECT (1)', 'SELECT [1]'],
    ['f(a) (b', 'f(a)'],
  ])('%s and %s', (one, other) => {
    expect(canonicalSql(one)).not.toBe(canonicalSql(other))
  })
})
