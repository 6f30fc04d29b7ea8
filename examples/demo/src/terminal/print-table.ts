import { stripVTControlCharacters, styleText } from 'node:util'

export interface Column {
  readonly title: string
  /** Default `left`. */
  readonly align?: 'left' | 'right'
}

/** Prints rows under their titles, as wide as their content. */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[], indent = '   '): void {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => width(row[at] ?? ''))))
  const line = (cells: readonly string[]) =>
    columns.map(({ align }, at) => pad(cells[at] ?? '', widths[at] ?? 0, align)).join('   ')
  console.log(indent + styleText('dim', line(columns.map(({ title }) => title)).trimEnd()))
  for (const row of rows) console.log(indent + line(row).trimEnd())
}

/** Columns on the terminal, colours not counted. */
const width = (text: string) => stripVTControlCharacters(text).length

function pad(text: string, columns: number, align: Column['align'] = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)))
  return align === 'left' ? text + space : space + text
}
