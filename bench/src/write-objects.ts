import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Exporter, file } from '@pgark/core'

// `write-objects.ts <destination> <file> <objects>`: writes a file through an exporter, divided among so many objects at once.

const [destination = '', source = '', objects = '1'] = process.argv.slice(2)
const count = Number(objects)
const shareBytes = Math.ceil((await stat(source)).size / count)
const exporter = await open(destination)
await Promise.all(
  Array.from({ length: count }, (_, at) => {
    const share = { start: at * shareBytes, end: (at + 1) * shareBytes - 1 }
    const body = createReadStream(source, { ...share, highWaterMark: 1024 * 1024 })
    // Not one copy for every run: the servers keep them in memory.
    return exporter.write(`object-${at}`, body, { overwrite: true })
  }),
)
await exporter.close()

/** Only what is used is loaded. */
async function open(destination: string): Promise<Exporter> {
  const plugin = destination.startsWith('s3:')
    ? await import('@pgark/exporter-s3')
    : destination.startsWith('gs:') && (await import('@pgark/exporter-gcs'))
  return plugin ? await plugin.exporter.open(destination) : file(destination)
}
