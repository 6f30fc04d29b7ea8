import { expect, test } from 'vitest'
import { coverageTable, type Figures } from '../table.ts'

const figures = (covered: number, total: number): Figures => {
  const count = { covered, total }
  return { statements: count, branches: { covered: covered - 1, total }, functions: count, lines: count }
}

test('files are summed up by package; the total and what is elsewhere are left out', () => {
  const table = coverageTable(
    {
      total: figures(9, 9),
      '/repo/packages/pg-sql/src/a.ts': figures(1, 2),
      '/repo/packages/core/src/a.ts': figures(3, 4),
      '/repo/packages/core/src/deep/b.ts': figures(4, 4),
      '/other/packages/core/src/c.ts': figures(1, 9),
      '/repo/tooling/x.ts': figures(1, 9),
    },
    '/repo/',
  )
  expect(table.split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['coverage', 'statements', 'branches', 'functions', 'lines'],
    ['core', '87.5 % (7/8)', '62.5 % (5/8)', '87.5 % (7/8)', '87.5 % (7/8)'],
    ['pg-sql', '50.0 % (1/2)', '0.0 % (0/2)', '50.0 % (1/2)', '50.0 % (1/2)'],
  ])
})
