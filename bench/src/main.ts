import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { startServer } from '@pgark/test-servers'
import { type Bench, names } from './competitors.ts'
import { unfiltered } from './filters-section.ts'
import { parseOptions, Refusal } from './options.ts'
import { parallelRestoreNames } from './parallel-restore-section.ts'
import { parallelNames } from './parallel-section.ts'
import { serverSettings } from './reference-table.ts'
import { archiveTable, destinationTable, memoryTable, renameTable, resultTable, targetTable } from './report.ts'
import { measureSections } from './sections.ts'
import { findStockClients } from './stock-clients.ts'
import { checkTargets } from './targets.ts'

const controller = new AbortController()
for (const [name, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
  process.on(name, () => {
    process.exitCode = code
    controller.abort(new Error('Interrupted.'))
  })
}
const tell = (line: string) => console.error(line)
const count = (value: number) => new Intl.NumberFormat('en-US').format(value)

try {
  await main(process.argv.slice(2), controller.signal)
} catch (error) {
  process.exitCode ??= error instanceof Refusal ? 2 : 1
  if (controller.signal.aborted) tell('Interrupted.')
  else if (error instanceof Refusal) tell(error.message)
  else console.error(error)
}

async function main(args: readonly string[], signal: AbortSignal): Promise<void> {
  const options = parseOptions(args)
  const clients = findStockClients(options.clients, options.major)
  const pgark = path.join(import.meta.dirname, '../../packages/cli/dist/pgark.js')
  if (!existsSync(pgark)) throw new Refusal(`The command is not built: expected ${pgark}. Run \`pnpm build\`.`)

  tell(
    `${clients.version}, embedded PostgreSQL ${clients.major}, ${count(options.rows)} rows, ${options.rounds} rounds`,
  )
  const server = await startServer(clients.major, { settings: serverSettings })
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-bench-'))
  try {
    const bench: Bench = { clients, pgark, folder }
    const results = await measureSections(server, bench, options, signal, tell)
    const targets = checkTargets(results)
    const machine = {
      cpu: cpus()[0]?.model.trim(),
      cores: availableParallelism(),
      node: process.version,
      stock: clients.version,
    }
    if (options.isJson) {
      console.log(JSON.stringify({ rows: options.rows, rounds: options.rounds, machine, results, targets }, null, 1))
      return
    }
    const rows = `${count(options.rows)} rows`
    const {
      backup,
      restore,
      memory,
      archive,
      parallel = [],
      parallelRestore = [],
      destinations,
      filters,
      rename,
    } = results
    console.log(`\n${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.stock}`)
    if (backup) console.log(resultTable(`Backup of ${rows}`, backup, [names.pgDumpPlain, names.pgDumpCustom]))
    if (restore) console.log(resultTable(`Restore of ${rows}`, restore, [names.psql]))
    if (memory) {
      const heads = [`${count(options.smallRows)} rows`, rows]
      console.log(memoryTable('Peak RSS of a backup, MB', memory.small, memory.full, heads))
    }
    if (filters) console.log(resultTable(`Filtered backups of ${rows}`, filters, [unfiltered]))
    if (archive) console.log(archiveTable(`Archives of ${rows}`, archive.small, archive.full))
    for (const { dataSet, results } of parallel) {
      console.log(
        resultTable(`Directory backup of ${dataSet}`, results, [parallelNames.pgDump, parallelNames.pgDumpCustom]),
      )
    }
    for (const { dataSet, results } of parallelRestore)
      console.log(resultTable(`Directory restore of ${dataSet}`, results, [parallelRestoreNames.pgRestore]))
    if (destinations) console.log(destinationTable('256 MiB to each destination', destinations))
    if (rename) console.log(renameTable(`${count(rename.statements)} definitions under a new schema`, rename))
    if (targets.length > 0) console.log(targetTable(targets))
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
