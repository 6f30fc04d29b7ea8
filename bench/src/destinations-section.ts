import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import path from 'node:path'
import { type ObjectService, startObjectService } from '@pgark/test-servers'
import { type Bench, type Competitor, program } from './competitors.ts'
import type { Command } from './measure.ts'
import { type Result, type RoundsOptions, runRounds } from './run-rounds.ts'

export interface DestinationResults {
  /** What everyone writes. */
  readonly contentBytes: number
  readonly results: readonly Result[]
}

export const putObject = 'S3, one PutObject of the SDK'

const mebibyte = 1024 * 1024
const contentBytes = 256 * mebibyte
const concurrencies = [1, 4, 8]

/** The same bytes to S3 and GCS through the exporters, by one request, and to a folder. */
export async function measureDestinations(bench: Bench, shared: RoundsOptions): Promise<DestinationResults> {
  const source = path.join(bench.folder, 'incompressible')
  const s3 = await startObjectService('s3')
  const gcs = await startObjectService('gcs')
  try {
    await writeRandom(source)
    const competitors = [
      folder(bench, source),
      single(bench, source, s3),
      ...toS3(bench, source, s3),
      ...toGcs(bench, source, gcs),
    ]
    return { contentBytes, results: await runRounds(competitors, shared) }
  } finally {
    await rm(source, { force: true })
    await gcs.stop()
    await s3.stop()
  }
}

function folder(bench: Bench, source: string): Competitor {
  const output = path.join(bench.folder, 'objects')
  return { name: 'a folder', command: program(bench, 'write-objects.ts', [output, source]), output }
}

const single = (bench: Bench, source: string, service: ObjectService): Competitor => ({
  name: putObject,
  command: withEnv(service, program(bench, 'put-object.ts', [service.endpoint, service.bucket, source])),
})

/** One object, several of whose parts are sent at once. */
const toS3 = (bench: Bench, source: string, service: ObjectService): Competitor[] =>
  [5, 8, 32].flatMap((partMiB) =>
    concurrencies.map((concurrency) => {
      const url = service.url('bench', { partSizeBytes: partMiB * mebibyte, concurrency })
      return {
        name: `S3, ${partMiB} MiB parts, ${concurrency} at once`,
        command: withEnv(service, program(bench, 'write-objects.ts', [url, source])),
      }
    }),
  )

/** The chunks of one object follow each other: what can be sent at once are several objects, which share the bytes. */
const toGcs = (bench: Bench, source: string, service: ObjectService): Competitor[] =>
  [1, 8, 32].flatMap((chunkMiB) =>
    concurrencies.map((objects) => ({
      name: `GCS, ${chunkMiB} MiB chunks, ${objects} object${objects > 1 ? 's' : ''}`,
      command: withEnv(
        service,
        program(bench, 'write-objects.ts', [
          service.url('bench', { chunkSizeBytes: chunkMiB * mebibyte }),
          source,
          String(objects),
        ]),
      ),
    })),
  )

const withEnv = ({ env }: ObjectService, command: Command): Command => ({ ...command, env: { ...command.env, ...env } })

async function writeRandom(source: string): Promise<void> {
  await using handle = await open(source, 'w')
  for (let at = 0; at < contentBytes; at += mebibyte) await handle.write(randomBytes(mebibyte))
}
