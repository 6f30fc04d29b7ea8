import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectNothingLeft } from '../snapshot/run-backup.ts'
import { type Interruption, interruptedAt, type Phase } from './phases.ts'

/** Which of the backup's connections is there at which phase, and which one it is by age. */
const connections: { name: string; age: number; phases: Phase[] }[] = [
  {
    name: 'that holds the snapshot',
    age: 1,
    phases: ['listed', 'waiting for a lock', 'locked'],
  },
  // By now the connection that listed the tables has gone.
  { name: 'that holds the snapshot', age: 0, phases: ['in pg_dump', 'defined', 'in the data'] },
  { name: 'that reads the rows', age: 1, phases: ['in pg_dump', 'defined', 'in the data'] },
  { name: 'that helps to read rows', age: 2, phases: ['in pg_dump', 'defined', 'in the data'] },
  { name: 'of pg_dump', age: 3, phases: ['in pg_dump'] },
]

/** Until rows are read nothing depends on the format. */
const inFormats = (phases: readonly Phase[]) =>
  phases.flatMap((phase) =>
    (phase === 'in the data' ? ['plain', 'custom', 'directory'] : ['plain']).map((format) => ({ phase, format })),
  )

for (const major of [14, 18] as const) {
  describe(`PostgreSQL ${major}: a backend is terminated, the backup ends and leaves nothing`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    for (const { name, age, phases } of connections) {
      for (const { phase, format } of inFormats(phases)) {
        test(`the one ${name}, ${phase} (${format})`, async () => {
          const kill = async ({ observer, backends }: Interruption) => {
            const { rows } = await observer.query('SELECT pg_terminate_backend($1) AS done', [(await backends())[age]])
            expect(rows).toEqual([{ done: true }])
          }
          const { start, folder, cleanUp } = await interruptedAt(server, phase, kill, { format, compression: 'none' })
          // Each is missed at once, whatever the others wait for; amid the rows it is told of which table.
          await expect(start()).rejects.toMatchObject({
            code: 'ENGINE.CONNECTION_LOST',
            message: expect.stringContaining(phase === 'in the data' ? 'Cannot read public.items' : 'lost'),
            retryable: true,
          })
          await cleanUp()
          await expectNothingLeft(server, folder)
        })
      }
    }

    for (const phase of ['listed', 'defined', 'in the data'] as const) {
      test(`a server that crashes and comes back, ${phase}: the backup ends and leaves nothing, the next one is whole`, async () => {
        const { promise: isBack, resolve: tellBack } = Promise.withResolvers<void>()
        const crash = async () => {
          await server.crash()
          await server.restart()
          tellBack()
        }
        const { start, folder } = await interruptedAt(server, phase, crash)
        await expect(start()).rejects.toMatchObject({ code: 'ENGINE.CONNECTION_LOST', retryable: true })
        await isBack
        await expectNothingLeft(server, folder)
        expect(await start()).toMatchObject({ rows: 20_000 })
      })
    }

    test('a server that is shut down at once', async () => {
      const other = await startServer(major)
      const { start, folder } = await interruptedAt(other, 'in the data', () => other.stop())
      await expect(start()).rejects.toMatchObject({ code: 'ENGINE.CONNECTION_LOST', retryable: true })
      await expectNothingLeft(server, folder)
    })
  })
}
