import { cp, mkdir, readdir } from 'node:fs/promises'
import { library } from '@pgark/build'

/** The npm packages that carry pg_dump, by their aliases in package.json. */
const PG_DUMPS = ['pg-dump-17', 'pg-dump-18']
/** What runs of them: the module, its chunk, and the WASM file that the chunk looks for beside itself. */
const NEEDED = /^(?:pg_dump\.js|chunk-[^.]+\.js|pg_dump\.wasm)$/

export default library({
  entry: {
    index: 'src/index.ts',
    // Where src/definitions/wasm-locations.ts looks for it.
    'definitions/wasm-worker': 'src/definitions/wasm-worker.ts',
  },
  dts: { entry: { index: 'src/index.ts' } },
  // Copied, not depended on: their exact peer dependencies conflict with each other. Licences: THIRD_PARTY_LICENSES.md.
  async onSuccess() {
    for (const name of PG_DUMPS) {
      const from = new URL(`node_modules/${name}/dist/`, import.meta.url)
      const to = new URL(`dist/${name}/`, import.meta.url)
      await mkdir(to, { recursive: true })
      const files = (await readdir(from)).filter((file) => NEEDED.test(file))
      if (files.length !== 3) throw new Error(`Expected 3 files of ${name}, found: ${files.join(', ')}`)
      for (const file of files) await cp(new URL(file, from), new URL(file, to))
    }
  },
})
