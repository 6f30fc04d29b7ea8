import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { command } from './consumer.ts'
import { attempt } from './run.ts'

const body = "databases: { shop: 'host=db' }, destinations: { here: './backups' }"

/** Where they differ, it is in what Node can load by itself. All import what is nowhere above them: as if pgark were installed globally. */
const files: readonly (readonly [name: string, text: string])[] = [
  [
    'pgark.config.ts',
    `import { defineConfig, type PgarkConfig } from 'pgark'
const config: PgarkConfig = { ${body} }
export default defineConfig(config)`,
  ],
  [
    'pgark.config.mts',
    `import { defineConfig } from 'pgark'
enum Host { Db = 'db' }
export default defineConfig(async ({ env }) => ({ ${body.replace("'host=db'", "'host=' + (env.NO_HOST ?? Host.Db)")} }))`,
  ],
  [
    'pgark.config.js',
    `const { defineConfig } = require('pgark')
module.exports = defineConfig({ ${body} })`,
  ],
  [
    'pgark.config.mjs',
    `import { isPgarkError } from '@pgark/core'
import { defineConfig } from 'pgark'
if (typeof isPgarkError !== 'function') throw new Error('another core')
export default defineConfig(() => ({ ${body} }))`,
  ],
  ['pgark.config.json', '{ "databases": { "shop": "host=db" }, "destinations": { "here": "./backups" } }'],
]

/** Config files of every kind come to the same, with nothing on standard error. */
export function checkConfigFiles(node: string, consumer: string, folder: string): void {
  for (const [name, text] of files) {
    const cwd = mkdtempSync(path.join(folder, 'config-'))
    writeFileSync(path.join(cwd, name), text)
    const { status, stdout, stderr } = attempt(node, [path.join(consumer, command), 'config', '--json'], { cwd })
    const { values }: { values: { path: string; value: unknown }[] } = JSON.parse(stdout || '{ "values": [] }')
    const database = values.find((each) => each.path === 'databases.shop')?.value
    if (status === 0 && stderr === '' && database === 'host=db') continue
    throw new Error(`Expected ${name} to be read, got ${status}:\n${stdout}${stderr}`)
  }
}
