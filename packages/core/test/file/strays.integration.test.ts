import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rename, utimes, writeFile } from 'node:fs/promises'
import { hostname, uptime } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { backup, file } from '../../src/index.ts'
import { engineDouble } from '../runs/engine-double.ts'
import { everythingIn, tempFolder } from './temp-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await tempFolder()
})

/** A process that has begun to write an object into the folder. */
async function writer(key = 'shop.sql.zst'): Promise<ChildProcess> {
  const program = path.join(import.meta.dirname, 'write.child.ts')
  const child = spawn(process.execPath, [program, folder, key], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout ?? child, 'data')
  return child
}
async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}
/** The name of a killed process's file, its parts changed by `change`. */
async function stray(change: (parts: string[]) => void = () => {}): Promise<string> {
  await killed(await writer())
  const [name = ''] = await readdir(folder)
  const at = name.lastIndexOf('@') + 1
  const host = encodeURIComponent(hostname())
  expect(name.slice(at).startsWith(`${host}-`)).toBe(true)
  const parts = [host, ...name.slice(at + host.length + 1).split('-')]
  change(parts)
  const changed = name.slice(0, at) + parts.join('-')
  await rename(path.join(folder, name), path.join(folder, changed))
  return changed
}
const [host, pid, boot, pidSpace, started] = [0, 1, 2, 3, 4]
const sweep = () => file(folder).removeStrays?.()

describe('the file of a process that died', () => {
  test('goes', async () => {
    const name = await stray()
    expect(await sweep()).toEqual([path.join(folder, name)])
    expect(await readdir(folder)).toEqual([])
  })

  test('goes when another process has its id by now', async () => {
    await stray((parts) => {
      parts[pid] = String(process.pid)
    })
    await sweep()
    expect(await readdir(folder)).toEqual([])
  })

  test('goes after a restart of the machine', async () => {
    const name = await stray((parts) => {
      parts[boot] = '00000000'
    })
    expect(await sweep()).toEqual([])
    const beforeTheStart = Date.now() / 1000 - uptime() - 60
    await utimes(path.join(folder, name), beforeTheStart, beforeTheStart)
    await sweep()
    expect(await readdir(folder)).toEqual([])
  })
})

describe('not touched', () => {
  test('the file of a running process', async () => {
    const child = await writer()
    expect(await sweep()).toEqual([])
    expect(await readdir(folder)).toHaveLength(1)
    await killed(child)
    await sweep()
    expect(await readdir(folder)).toEqual([])
  })

  test('our own', async () => {
    let during: readonly string[] | undefined
    async function* body() {
      yield Buffer.from('1')
      during = await sweep()
    }
    await file(folder).write('x', body())
    expect(during).toEqual([])
    expect(await readdir(folder)).toEqual(['x'])
  })

  const foreign: [string, (parts: string[]) => void][] = [
    ['of another host', (parts) => parts.splice(host, 1, 'elsewhere')],
    ['of a host whose name ends like ours', (parts) => parts.splice(host, 1, `x.${parts[host]}`)],
    ['of another container of this host', (parts) => parts.splice(pidSpace, 1, '1')],
    ['that names its process in another way', (parts) => parts.splice(started, 2)],
  ]
  for (const [what, change] of foreign) {
    test(`a file ${what}`, async () => {
      const name = await stray((parts) => void change(parts))
      expect(await sweep()).toEqual([])
      expect(await readdir(folder)).toEqual([name])
    })
  }

  test('other files', async () => {
    for (const name of ['shop.sql', '.shop.sql@x', 'notes.pgark-partial']) await writeFile(path.join(folder, name), '')
    expect(await sweep()).toEqual([])
    expect(await readdir(folder)).toHaveLength(3)
  })
})

describe('a backup', () => {
  const options = () => ({ engine: engineDouble().engine, to: file(folder) })

  test('that was made removes what dead runs left, with the folder that held nothing else', async () => {
    await killed(await writer('dead-run/backup.sql.zst'))
    await killed(await writer('manifest.json'))
    const { id } = await backup(options())
    const left = await everythingIn(folder)
    expect(left.filter((name) => !name.startsWith(id))).toEqual([])
  })

  test("that was made removes the whole objects of dead runs too, and nobody else's", async () => {
    const dead = 'shop-20261121T030000Z-0a1b'
    const alive = 'shop-20261121T040000Z-2c3d'
    await killed(await writer(`${dead}/4021.dat.zst`))
    await writeFile(path.join(folder, dead, '4020.dat.zst'), 'whole')
    await writer(`${alive}/4021.dat.zst`)
    await writeFile(path.join(folder, alive, '4020.dat.zst'), 'whole')
    await killed(await writer('mine/shop.sql'))
    await writeFile(path.join(folder, 'mine', 'other.sql'), 'whole')
    const { id } = await backup({ engine: engineDouble().engine, to: file(folder) })
    expect((await readdir(folder)).sort()).toEqual([alive, id, `${id}.json`, 'mine'].sort())
    expect(await readdir(path.join(folder, 'mine'))).toEqual(['other.sql'])
    expect(await readdir(path.join(folder, alive))).toHaveLength(2)
  })

  test('that failed removes only its own', async () => {
    await killed(await writer())
    const before = await everythingIn(folder)
    const engine = { ...engineDouble().engine, backup: () => Promise.reject(new Error('no')) }
    await expect(backup({ ...options(), engine })).rejects.toThrow('no')
    expect(await everythingIn(folder)).toEqual(before)
  })

  test('to a single file removes what lies beside it', async () => {
    await killed(await writer('other.sql'))
    await backup({ ...options(), to: file(path.join(folder, 'shop.sql')) })
    expect((await everythingIn(folder)).sort()).toEqual(['shop.sql', 'shop.sql.json'])
  })

  test('is made even where that fails', async () => {
    const to = { ...file(folder), removeStrays: () => Promise.reject(new Error('no')) }
    const told: string[] = []
    const { id } = await backup({ ...options(), to, log: { debug: (line) => void told.push(line) } })
    expect(await everythingIn(folder)).toContain(`${id}.json`)
    expect(told).toEqual(['cannot remove what runs that died left: Error: no'])
  })
})
