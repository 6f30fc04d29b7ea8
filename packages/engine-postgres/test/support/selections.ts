import type { Selection } from '@pgark/core'

/** Selections over schema/selection.sql, with the tables whose rows they mean; `pg_dump` says the same in its options. */
export const selections: readonly { readonly selection: Selection; readonly tables: readonly string[] }[] = [
  { selection: { schemas: ['apple'] }, tables: ['apple.pie'] },
  {
    selection: { schemas: ['APP*'] },
    tables: ['app.Orders', 'app.events_2025', 'app.events_2026', 'app.orders', 'app.orders_lines', 'apple.pie'],
  },
  { selection: { schemas: ['"Odd.Schema"'] }, tables: ['Odd.Schema.$a', 'Odd.Schema.*', 'Odd.Schema.a.b'] },
  { selection: { schemas: ['app', 'apple'], excludeSchemas: ['app'] }, tables: ['apple.pie'] },
  { selection: { excludeSchemas: ['app', 'public', '*dd*'] }, tables: ['apple.pie'] },
  { selection: { tables: ['app.orders'] }, tables: ['app.orders'] },
  // Without a schema: what the role's search_path finds.
  { selection: { tables: ['orders'] }, tables: ['public.orders'] },
  { selection: { tables: ['*.orders'] }, tables: ['app.orders', 'public.orders'] },
  { selection: { tables: ['app."Orders"'] }, tables: ['app.Orders'] },
  { selection: { tables: ['t?'] }, tables: ['public.t1'] },
  { selection: { tables: ['t[0-9]+'] }, tables: ['public.t1', 'public.t22'] },
  { selection: { tables: ['(t1|t22)'], excludeTables: ['t22'] }, tables: ['public.t1'] },
  { selection: { tables: ['"Odd.Schema"."*"'] }, tables: ['Odd.Schema.*'] },
  { selection: { tables: ['"Odd.Schema".$a', '"Odd.Schema"."a.b"'] }, tables: ['Odd.Schema.$a', 'Odd.Schema.a.b'] },
  // The root of a partition tree alone has no rows of its own; its partitions are named by the pattern, or not.
  { selection: { tables: ['app.events'] }, tables: [] },
  { selection: { tables: ['app.events*'] }, tables: ['app.events_2025', 'app.events_2026'] },
  { selection: { tables: ['app.orders', 'app.orders_view', 'app.totals', 'app.free'] }, tables: ['app.orders'] },
  {
    selection: { schemas: ['app'], excludeTables: ['app.order*', 'app.totals', 'app.events_2025'] },
    tables: ['app.Orders', 'app.events_2026'],
  },
  {
    selection: { schemas: ['app'], excludeTableData: ['app.order*', 'app.free', 'app."Orders"'] },
    tables: ['app.events_2025', 'app.events_2026'],
  },
  { selection: { schemas: ['apple'], tables: ['t1'] }, tables: ['public.t1'] },
  { selection: { schemas: ['apple'], schemaOnly: true }, tables: [] },
]
