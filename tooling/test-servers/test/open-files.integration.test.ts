import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { filesOpenForWriting } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'

test('files that a process writes are seen, also removed ones; not what it reads, nor its pipes', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-files-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const code = `
    const { openSync, unlinkSync, writeSync } = require('node:fs')
    writeSync(openSync('kept', 'a'), 'x'.repeat(3000))
    writeSync(openSync('removed', 'w+'), 'x'.repeat(2000))
    unlinkSync('removed')
    openSync(process.execPath, 'r')
    process.stdout.write('ready')
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--eval', code], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  expect(filesOpenForWriting(pid).sort((a, b) => b.sizeBytes - a.sizeBytes)).toEqual([
    { path: path.join(folder, 'kept'), sizeBytes: 3000 },
    { path: `${path.join(folder, 'removed')} (deleted)`, sizeBytes: 2000 },
  ])
  child.stdin.end()
  await ended
  expect(filesOpenForWriting(pid)).toEqual([])
})
