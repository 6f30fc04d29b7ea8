import { readFileSync, writeFileSync } from 'node:fs'

// Imported before the command: tells how much memory it took at most, once it is done. The kernel counts it itself.
process.on('exit', () => {
  const status = readFileSync('/proc/self/status', 'utf8')
  writeFileSync(String(process.env.PGARK_TEST_PEAK_FILE), /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? '')
})
