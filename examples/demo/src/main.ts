import { styleText } from 'node:util'
import { startServer } from '@pgark/test-servers'
import { demo } from './demo.ts'
import { listenForInterruption } from './interruption.ts'

/** For building a million rows quickly; nothing that the backup or the restore depends on. */
const settings = { shared_buffers: '256MB', max_wal_size: '4GB', maintenance_work_mem: '128MB' }

const interruption = listenForInterruption()
const server = await startServer(17, { settings })
try {
  interruption.signal.throwIfAborted()
  const isProved = await demo(server, interruption.signal)
  process.exitCode = isProved ? 0 : 1
} catch (error) {
  process.exitCode = interruption.exitCode ?? 1
  // Ctrl-C reaches the server, too, so that after it any error means the same.
  if (interruption.exitCode === undefined) console.error(error)
  else console.error(styleText('yellow', '\nInterrupted.'))
} finally {
  await server.stop()
}
