import { parentPort } from 'node:worker_threads'
import { startGcsEmulator } from '@pgark/test-servers'

// An emulator whose memory is not that of the tests: tells its URL, and ends with its thread.

const emulator = await startGcsEmulator()
emulator.createBucket('backups')
parentPort?.postMessage(emulator.url)
