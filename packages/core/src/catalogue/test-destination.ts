import { randomBytes } from 'node:crypto'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext, RunOptions } from '../contracts/run.ts'
import { readAll } from '../destination/read-all.ts'
import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { isObject, keyProblems, pluginProblems } from '../runs/check-call.ts'
import { whileItRuns } from '../runs/while-it-runs.ts'

export interface TestDestinationOptions extends RunOptions {
  to: Exporter
}

/** `unfinished`: uploads that broke off can be listed, which `prune` needs; only where the destination has such. */
export type DestinationStepName = 'write' | 'read' | 'list' | 'remove' | 'unfinished'

export interface DestinationStep {
  readonly step: DestinationStepName
  /** `skipped`: without what failed before, it could not be tried. */
  readonly outcome: 'ok' | 'failed' | 'skipped'
  /** Why it failed: the destination's own words, which name the permission or the setting. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string }
}

export interface DestinationTest {
  readonly location: string
  readonly ok: boolean
  readonly steps: readonly DestinationStep[]
}

const body = Buffer.from('pgark tries whether backups can be kept here; this object can be removed\n')

/**
 * Writes a small object under a random key, reads it, finds it in the listing and removes it, and says which of these failed and why.
 * What can be tried is tried, whatever failed before. Resolves also when steps failed.
 */
export async function testDestination(options: TestDestinationOptions): Promise<DestinationTest> {
  refuseProblems(problemsOf(options))
  return await whileItRuns(options, (run) => tryOut(options.to, run))
}

async function tryOut(to: Exporter, run: RunContext): Promise<DestinationTest> {
  const { signal } = run
  const key = `pgark-test-${randomBytes(8).toString('hex')}`
  const steps: DestinationStep[] = []
  const attempt = async (step: DestinationStepName, work: () => Promise<unknown>) => {
    const made: DestinationStep = { step, ...(await outcomeOf(work, signal)) }
    steps.push(made)
    return made.outcome === 'ok'
  }
  const skip = (step: DestinationStepName) => void steps.push({ step, outcome: 'skipped' })
  const wasWritten = await attempt('write', () => to.write(key, one(), { signal }))
  try {
    if (wasWritten) await attempt('read', () => expectBytes(to, key, signal))
    else skip('read')
    await attempt('list', () => expectListed(to, key, wasWritten, signal))
  } finally {
    // Also when the test was ended in between, and then without its signal.
    if (wasWritten) await attempt('remove', () => to.remove([key]))
    else skip('remove')
  }
  if (to.unfinished) await attempt('unfinished', () => passOver(to.unfinished?.(key, { signal })))
  const result = { location: to.location, ok: steps.every(({ outcome }) => outcome === 'ok'), steps }
  run.onEvent({ type: 'result', command: 'test', ...result })
  return result
}

async function outcomeOf(
  work: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<Pick<DestinationStep, 'outcome' | 'error'>> {
  try {
    await work()
    return { outcome: 'ok' }
  } catch (error) {
    if (!isPgarkError(error) || error === signal.reason) throw error
    const { code, message, hint } = error
    return { outcome: 'failed', error: { code, message, ...(hint !== undefined && { hint }) } }
  }
}

async function expectBytes(to: Exporter, key: string, signal: AbortSignal): Promise<void> {
  const read = await readAll(to.read(key, { signal }))
  if (body.equals(read)) return
  throw new PgarkError('DESTINATION.CHECKSUM', `${key} was read with other bytes than it was written with.`)
}

/** Where nothing could be written there is nothing to be found, but listing may still be allowed or not. */
async function expectListed(to: Exporter, key: string, wasWritten: boolean, signal: AbortSignal): Promise<void> {
  let sizeBytes: number | undefined
  for await (const entry of to.list(key, { signal }))
    if ('key' in entry && entry.key === key) sizeBytes = entry.sizeBytes
  if (!wasWritten || sizeBytes === body.byteLength) return
  const message = `${key} is listed with ${sizeBytes ?? 'no'} bytes, ${body.byteLength} were stored.`
  throw new PgarkError('DESTINATION.SIZE', message)
}

async function passOver(items: AsyncIterable<unknown> | undefined): Promise<void> {
  for await (const _ of items ?? []);
}

async function* one(): AsyncGenerator<Uint8Array> {
  yield body
}

function problemsOf(options: TestDestinationOptions): readonly Problem[] {
  const problems: Problem[] = [...keyProblems(options, ['to', 'signal', 'onEvent', 'log'])]
  if (!isObject(options)) return problems
  problems.push(...pluginProblems('destination', options.to))
  if (problems.length === 0 && !options.to.capabilities.read)
    problems.push({ message: `Nothing can be read back from ${options.to.location}: there is nothing to test.` })
  return problems
}
