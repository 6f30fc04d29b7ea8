import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type Diagnosis,
  type DoctorOptions,
  doctor,
  type Engine,
  type Exporter,
  type Finding,
  file,
  PgarkError,
  type RunEvent,
} from '../../src/index.ts'
import { everythingIn, tempFolder, unprivileged } from '../file/temp-folder.ts'
import { sampleContents } from '../manifest/sample.ts'
import { engineDouble } from './engine-double.ts'

const info: Finding = { severity: 'info', code: 'X.INFO', message: 'Fine.', hint: 'nothing to do' }
const problem: Finding = { severity: 'error', code: 'X.BAD', message: 'Bad.', hint: 'repair it' }
const gigabyte = 1e9

function engineWith(diagnosis: Partial<Diagnosis>, onTarget: Engine['diagnoseTarget'] = async () => []): Engine {
  const complete = { findings: [info], sizeBytes: gigabyte, needs: sampleContents, ...diagnosis }
  return { ...engineDouble().engine, diagnose: async () => complete, diagnoseTarget: onTarget }
}

/** A destination that stands for one file, with that much room. */
const placeWith = (freeBytes: number | undefined, more: Partial<Exporter> = {}): Exporter => ({
  ...file('/somewhere/x.sql'),
  stat: async () => undefined,
  probe: async () => ({ freeBytes }),
  ...more,
})

const kinds = async (options: DoctorOptions) =>
  (await doctor(options)).findings.map(({ subject, severity, code }) => `${subject} ${severity} ${code}`)

describe('doctor', () => {
  test('is well without an error, and tells so in its result', async () => {
    for (const [findings, ok] of [
      [[info, { ...problem, severity: 'warning' as const }], true],
      [[info, problem], false],
    ] as const) {
      const events: RunEvent[] = []
      const result = await doctor({ engine: engineWith({ findings }), onEvent: (event) => events.push(event) })
      expect(result).toEqual({ ok, findings: findings.map((finding) => ({ ...finding, subject: 'database' })) })
      expect(events.at(-1)).toEqual({ type: 'result', command: 'doctor', ...result })
    }
  })

  test.each([
    [gigabyte, []],
    [undefined, []],
    [gigabyte - 1, ['destination warning DESTINATION.FULL']],
    [gigabyte / 20, ['destination warning DESTINATION.FULL']],
    [gigabyte / 20 - 1, ['destination error DESTINATION.FULL']],
  ])('with %d bytes free for 1 GB', async (freeBytes, expected) => {
    const found = await kinds({ engine: engineWith({}), to: placeWith(freeBytes) })
    expect(found.slice(1)).toEqual(['destination info DOCTOR.DESTINATION', ...expected])
  })

  test('a destination that cannot be probed is told as such', async () => {
    const { probe: _, ...to } = placeWith(0)
    const { findings } = await doctor({ engine: engineWith({}), to })
    expect(findings.at(-1)).toMatchObject({ severity: 'info', message: expect.stringContaining('was not looked at') })
  })

  test('hands the target what a restore needs; without knowing that it does not ask', async () => {
    const asked: unknown[] = []
    const target = engineWith({}, async (needs) => {
      asked.push(needs)
      return [problem]
    })
    expect(await kinds({ engine: engineWith({}), target })).toContain('target error X.BAD')
    expect(asked).toEqual([sampleContents])
    expect(await kinds({ engine: engineWith({ needs: undefined }), target })).toContain(
      'target warning DOCTOR.NOT_COMPARED',
    )
    expect(asked).toHaveLength(1)
  })

  test('what fails is a finding where it is coded, and a bug where it is not', async () => {
    const failing = (error: Error): Engine => ({ ...engineWith({}), diagnose: () => Promise.reject(error) })
    const { ok, findings } = await doctor({
      engine: failing(new PgarkError('ENGINE.CONNECT', 'No.', { hint: 'look' })),
      to: placeWith(1),
    })
    expect(ok).toBe(false)
    expect(findings).toMatchObject([
      { subject: 'database', severity: 'error', code: 'ENGINE.CONNECT', message: 'No.', hint: 'look' },
      { subject: 'destination', code: 'DOCTOR.DESTINATION' },
    ])
    await expect(doctor({ engine: failing(new Error('bug')) })).rejects.toThrow('bug')
  })

  test('refuses what it cannot work with', async () => {
    const { engine } = engineDouble()
    const options = { engine, target: engine, form: file('/x') }
    await expect(doctor(options)).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
      message: [
        'Unknown option form.',
        'The engine cannot be diagnosed.',
        'The engine of the target cannot be diagnosed.',
      ].join('\n'),
    })
  })
})

describe('probing a file or folder', () => {
  test('leaves nothing and knows the room', async () => {
    const folder = await tempFolder()
    for (const name of ['shop.sql', 'backups']) {
      const probed = await file(path.join(folder, name)).probe?.()
      expect(probed?.freeBytes).toBeGreaterThan(0)
    }
    expect(await everythingIn(folder)).toEqual([])
  })

  test('fails as a backup would', async () => {
    const folder = await tempFolder()
    await expect(file(path.join(folder, 'a/shop.sql')).probe?.()).rejects.toMatchObject({
      code: 'DESTINATION.NOT_FOUND',
    })
    await expect(file(path.join(folder, 'a/b')).probe?.()).rejects.toMatchObject({ code: 'DESTINATION.NOT_FOUND' })
    const closed = path.join(folder, 'closed')
    await mkdir(closed, { mode: 0o555 })
    await writeFile(path.join(folder, 'x'), '')
    await unprivileged(folder, () =>
      expect(file(closed).probe?.()).rejects.toMatchObject({ code: 'DESTINATION.PERMISSION' }),
    )
    expect(await everythingIn(folder)).toEqual(['closed', 'x'])
  })
})
