import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { file } from '@pgark/core'
import type { Plan } from './plan.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'
import type { World } from './world.ts'

/** A folder with what a backup must not touch, and perhaps with the file that it is to replace. */
export interface BackupFolder {
  readonly path: string
  /** The name under which the backup is to appear; undefined where it will be an id. */
  readonly name: string | undefined
  /** Room for new files, where it is a file system of its own. */
  readonly disk: SmallDisk | undefined
  remove(): Promise<void>
}

/** A file of a run on another host, which may still be at it. */
const elsewhere = '.shop.sql@elsewhere-1-00000000-1-1-0a0a0a0a.pgark-partial'
/** Room for what is in the folder already. */
const pagesBytes = 8 * 4096

export async function createBackupFolder(plan: Plan, world: World, roomBytes: number): Promise<BackupFolder> {
  const folder = path.join(world.folder, `run-${plan.run}`)
  const name = plan.ending === ' directory' ? undefined : `shop${plan.ending}`
  await mkdir(folder)
  const isSmall = plan.fault.kind === 'disk' && plan.fault.how === 'space' && world.canMount
  const disk = isSmall ? await mountSmallDisk(folder, roomBytes + pagesBytes) : undefined
  for (const copy of ['older.sql', ...(plan.replaces && name ? [name] : [])]) {
    await copyFile(world.smallBackup, path.join(folder, copy))
    await copyFile(`${world.smallBackup}.json`, path.join(folder, `${copy}.json`))
  }
  await writeFile(path.join(folder, elsewhere), 'half')
  const end = await holdPartial(folder)
  return {
    path: folder,
    name,
    disk,
    async remove() {
      await end()
      await disk?.unmount()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A write of this very process that is not finished. */
async function holdPartial(folder: string): Promise<() => Promise<void>> {
  const controller = new AbortController()
  const begun = Promise.withResolvers<void>()
  async function* body() {
    yield Buffer.from('half')
    begun.resolve()
    await new Promise(() => {})
  }
  const writing = file(path.join(folder, 'running.sql')).write('running.sql', body(), { signal: controller.signal })
  const ended = writing.catch(() => {})
  await begun.promise
  return async () => {
    controller.abort()
    await ended
  }
}
