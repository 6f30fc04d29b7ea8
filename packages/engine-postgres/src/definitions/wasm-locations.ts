import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { WasmMajor } from './program.ts'

/** Sources run as they are in tests; the published package has one bundle, with the worker and the libraries beside it (tsup.config.ts). */
const isSource = import.meta.url.endsWith('.ts')

/** The file that the worker thread runs. */
export function workerUrl(): URL {
  return new URL(isSource ? './wasm-worker.ts' : './definitions/wasm-worker.js', import.meta.url)
}

/**
 * The JavaScript that loads pg_dump. The build copies it into this package, because the npm packages that carry it have exact peer
 * dependencies that conflict with each other.
 */
export function libraryUrl(major: WasmMajor): URL {
  if (!isSource) return new URL(`./pg-dump-${major}/pg_dump.js`, import.meta.url)
  const commonJs = createRequire(import.meta.url).resolve(`pg-dump-${major}/pg_dump`)
  return new URL('./pg_dump.js', pathToFileURL(commonJs))
}
