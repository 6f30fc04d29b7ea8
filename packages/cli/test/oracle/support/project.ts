import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** A folder of its own, in which the exporters are installed. */
export interface Project {
  readonly folder: string
  /** For the command: nothing that is meant to be temporary or the user's lies elsewhere. */
  readonly env: Readonly<Record<'HOME' | 'TMPDIR', string>>
  remove(): Promise<void>
}

export async function createProject(): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-project-'))
  const env = { HOME: path.join(folder, 'home'), TMPDIR: path.join(folder, 'tmp') }
  const modules = path.join(folder, 'node_modules/@pgark')
  for (const made of [env.HOME, env.TMPDIR, modules]) await mkdir(made, { recursive: true })
  for (const name of ['exporter-s3', 'exporter-gcs']) {
    await symlink(fileURLToPath(new URL(`../../../../${name}`, import.meta.url)), path.join(modules, name))
  }
  return { folder, env, remove: () => rm(folder, { recursive: true }) }
}
