import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface SmallDisk {
  enlarge(): Promise<void>
  unmount(): Promise<void>
}

/** Mounts a file system of that size on a folder. Needs the rights of root, in a container CAP_SYS_ADMIN. */
export async function mountSmallDisk(folder: string, sizeBytes: number): Promise<SmallDisk> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=700`, 'tmpfs', folder])
  return {
    async enlarge() {
      await run('mount', ['-o', 'remount,size=100m', folder])
    },
    async unmount() {
      await run('umount', [folder])
    },
  }
}

export async function canMountDisks(folder: string): Promise<boolean> {
  try {
    const disk = await mountSmallDisk(folder, 65_536)
    await disk.unmount()
    return true
  } catch {
    return false
  }
}
