import { styleText } from 'node:util'
import type { RunEvent } from '@pgark/core'
import { count, megabytes } from './numbers.ts'

/** Shows a run while it goes on. */
export interface Progress {
  /** For the `onEvent` of a run. */
  onEvent(event: RunEvent): void
  /** Takes the live line away. */
  end(): void
}

export interface ProgressOptions {
  /** What the live line ends with, asked anew each time. */
  note?: () => string
  /** Leave a line for every finished table. */
  listTables?: boolean
}

type TableEvent = Extract<RunEvent, { type: 'table' }>

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const frameMs = 80
const clearLine = '\r\x1b[K'

/** One live line on a terminal; elsewhere (a file, a CI log) only the lines that stay. */
export function showProgress({ note = () => '', listTables = false }: ProgressOptions = {}): Progress {
  const out = process.stdout
  let frame = 0
  let doing = ''
  const draw = () => {
    frame = (frame + 1) % frames.length
    // A line that wraps could not be cleared again.
    const text = `   ${frames[frame]} ${doing}${note()}`.slice(0, Math.max(20, out.columns - 1))
    out.write(clearLine + text)
  }
  const timer = out.isTTY ? setInterval(draw, frameMs) : undefined
  const leave = (text: string) => {
    if (timer) out.write(clearLine)
    console.log(text)
  }
  return {
    onEvent(event) {
      if (event.type === 'phase') doing = event.name
      else if (event.type === 'warning') leave(`   ${styleText('yellow', event.message)}`)
      else if (event.type === 'table') {
        doing = `${event.table.name}${bar(event)}  ${megabytes(event.bytes)}`
        if (event.state === 'finished' && listTables) leave(finished(event))
      }
    },
    end() {
      clearInterval(timer)
      if (timer) out.write(clearLine)
    },
  }
}

function finished({ table, rows, bytes }: TableEvent): string {
  return `   ${table.name.padEnd(18)} ${count(rows).padStart(9)} rows ${megabytes(bytes).padStart(9)}`
}

function bar({ bytes, estimatedBytes = 0 }: TableEvent): string {
  if (estimatedBytes === 0) return ''
  // An estimate: what a table takes on disk is not what its rows take as text.
  const full = Math.min(20, Math.round((20 * bytes) / estimatedBytes))
  return `  ${'█'.repeat(full)}${'░'.repeat(20 - full)}`
}
