import type { WriteStream } from 'node:tty'
import { formatBytes, formatDuration, formatNumberOf, type RunEvent } from '@pgark/core'
import { formatTableName } from './table-name.ts'

/** Time between two drawings of the live line. */
const frameMs = 100
const phases: Readonly<Record<string, string>> = {
  connect: 'connecting',
  lock: 'locking tables',
  snapshot: 'taking the snapshot',
  definitions: 'reading definitions',
  data: 'reading rows',
  commit: 'writing the manifest',
  check: 'checking',
  restore: 'restoring',
  compare: 'comparing',
  swap: 'swapping names',
  copy: 'copying',
  remove: 'removing',
}

type BackupEvent = Extract<RunEvent, { type: 'backup' }>
type TableEvent = Extract<RunEvent, { type: 'table' }>
const copyLine = ({ key, bytes, sizeBytes }: BackupEvent) =>
  `${key}: ${formatBytes(bytes)} of ${formatBytes(sizeBytes)} (${Math.floor((100 * bytes) / Math.max(1, sizeBytes))} %)`
const estimateOf = ({ bytes, estimatedBytes }: TableEvent) => estimatedBytes ?? bytes

export interface Progress {
  show(event: RunEvent): void
  end(): void
}

/** Live on a terminal: one line, drawn in place. Elsewhere one plain line for each finished table. */
export function createProgress(stream: WriteStream): Progress {
  const started = Date.now()
  let total = 0
  let finishedBytes = 0
  let finishedEstimate = 0
  /** Several tables may be read at once. */
  const running = new Map<string, TableEvent>()
  let drawnAt = 0
  let isDrawn = false

  const draw = (line: string, force = false) => {
    if (!stream.isTTY || (!force && Date.now() - drawnAt < frameMs)) return
    drawnAt = Date.now()
    isDrawn = true
    stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`)
  }
  const tableLine = (event: TableEvent) => {
    const all = [...running.values()]
    const bytes = all.reduce((sum, each) => sum + each.bytes, finishedBytes)
    const seconds = Math.max(0.001, (Date.now() - started) / 1000)
    const done = all.reduce((sum, each) => sum + Math.min(each.bytes, estimateOf(each)), finishedEstimate)
    const share = total > 0 ? Math.min(1, done / total) : 0
    const left = share > 0.01 ? `, ${formatDuration((seconds * 1000 * (1 - share)) / share)} left` : ''
    const rows = event.rows > 0 ? `${formatNumberOf(event.rows, 'row')}, ` : ''
    const overall = total > 0 ? ` | ${Math.floor(share * 100)} %` : ''
    return `${formatTableName(event.table)}: ${rows}${formatBytes(event.bytes)}${overall}, ${formatBytes(bytes / seconds)}/s${left}`
  }
  const end = () => {
    if (isDrawn) stream.write('\r\x1b[2K')
    isDrawn = false
  }
  return {
    show(event) {
      if (event.type === 'phase') draw(`${phases[event.name] ?? event.name} …`, true)
      else if (event.type === 'database') {
        end()
        stream.write(`created ${event.name}, which will take the name ${event.replaces}\n`)
      } else if (event.type === 'backup') {
        if (event.state === 'copying') return draw(copyLine(event))
        end()
        if (event.state === 'ended') stream.write(`removed what was unfinished of ${event.key}\n`)
        else stream.write(`${event.state} ${event.key}, ${formatBytes(event.bytes)}\n`)
      } else if (event.type === 'plan') total = event.estimatedBytes
      else if (event.type === 'table') {
        const name = formatTableName(event.table)
        running.set(name, event)
        draw(tableLine(event))
        if (event.state !== 'finished') return
        running.delete(name)
        finishedBytes += event.bytes
        finishedEstimate += estimateOf(event)
        if (!stream.isTTY) {
          stream.write(`${name}: ${formatNumberOf(event.rows, 'row')}, ${formatBytes(event.bytes)}\n`)
        }
      }
    },
    end,
  }
}
