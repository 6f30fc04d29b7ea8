import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bodyThen, bytesOf, inChunks, whole } from '../bodies.ts'
import { type ContractCase, contractCase } from '../contract-case.ts'
import { assertHolds, listed } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

/** Uses an exporter and closes it. That it ends is the proof. */
const program = (module: URL) => `
  const { open } = await import(${JSON.stringify(module.href)})
  const exporter = await open()
  const key = exporter.objectKey ?? 'contract/object.bin'
  await exporter.write(key, (async function* () { yield Buffer.from('bytes') })(), { overwrite: true })
  for await (const _ of exporter.read(key));
  await exporter.close()
`

export const lifeCycleCases: readonly ContractCase[] = [
  contractCase('life cycle: it says what and where it is', [], async ({ exporter }) => {
    assert.equal(exporter.specVersion, 1)
    assert.match(exporter.name, /^[a-z][a-z0-9-]*$/)
    assert(exporter.location.length > 0, 'Expected a location')
  }),
  contractCase('life cycle: close may be called without use, and twice', [], async ({ exporter, open, key }) => {
    const unused = await open()
    await unused.close()
    await unused.close()
    await exporter.write(key, whole(bytesOf(10)))
    await exporter.close()
    await exporter.close()
  }),
  contractCase('life cycle: closing one leaves others at work', [], async ({ exporter, open, key, subject }) => {
    const other = await open()
    await other.stat(key)
    const bytes = bytesOf(2 * partSizeOf(subject))
    await exporter.write(
      key,
      bodyThen(bytes, () => other.close()),
    )
    await assertHolds(exporter, key, bytes)
  }),
  contractCase('life cycle: nothing keeps the process alive after close', ['module'], async ({ subject }) => {
    const { module } = subject
    assert(module)
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program(module)])
  }),
  contractCase('life cycle: a probe leaves nothing', ['probe'], async ({ exporter }) => {
    const { freeBytes } = (await exporter.probe?.()) ?? {}
    assert(freeBytes === undefined || freeBytes >= 0, `Expected a number of bytes, got ${freeBytes}`)
    assert.deepEqual(await listed(exporter, ''), [])
  }),
  contractCase(
    'life cycle: removing strays touches neither objects nor running writes',
    ['removeStrays'],
    async (place) => {
      const { exporter, open, key, subject } = place
      const sweeper = await open()
      const bytes = bytesOf(2 * partSizeOf(subject))
      async function* body() {
        yield* inChunks(bytes, 65_536)
        assert.deepEqual(await sweeper.removeStrays?.(), [])
      }
      await exporter.write(key, body())
      assert.deepEqual(await sweeper.removeStrays?.(), [])
      await assertHolds(exporter, key, bytes)
    },
  ),
]
