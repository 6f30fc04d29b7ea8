import { defineConfig, type Options } from 'tsup'

/** One build for every published package: ESM for Node 22.15, declarations, source maps; dependencies stay imports. */
export const library = (options: Options = {}) =>
  defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'node22.15',
    platform: 'node',
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    ...options,
  })
