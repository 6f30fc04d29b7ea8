interface Count {
  readonly total: number
  readonly covered: number
}
/** A file's figures, as the reporter `json-summary` of istanbul writes them. */
export type Figures = Readonly<Record<(typeof columns)[number], Count>>

const columns = ['statements', 'branches', 'functions', 'lines'] as const

/** The figures of all files under `packages/`, summed up by package. */
export function coverageTable(files: Readonly<Record<string, Figures>>, root: string): string {
  const packages = new Map<string, Record<string, Count>>()
  for (const [file, figures] of Object.entries(files)) {
    const name = /^packages\/([^/]+)\//.exec(file.slice(root.length))?.[1]
    if (name === undefined || !file.startsWith(root)) continue
    const sums = packages.get(name) ?? {}
    for (const column of columns) {
      const { total = 0, covered = 0 } = sums[column] ?? {}
      sums[column] = { total: total + figures[column].total, covered: covered + figures[column].covered }
    }
    packages.set(name, sums)
  }
  const rows = [...packages].sort(([a], [b]) => a.localeCompare(b)).map(([name, sums]) => row(name, sums))
  return [`${'coverage'.padEnd(18)}${columns.map((column) => column.padStart(24)).join('')}`, ...rows].join('\n')
}

function row(name: string, sums: Readonly<Record<string, Count>>): string {
  const cells = columns.map((column) => {
    const { total, covered } = sums[column] ?? { total: 0, covered: 0 }
    const share = total === 0 ? 100 : (100 * covered) / total
    return `${share.toFixed(1)} % (${covered}/${total})`.padStart(24)
  })
  return name.padEnd(18) + cells.join('')
}
