import { registerHooks } from 'node:module'

/**
 * Imported before the built command, makes it careless in one way, which the end of this module's address names. Each way is a piece
 * of a built package and what stands in its place.
 */
const ways: Record<string, { readonly file: string; readonly pieces: readonly (readonly [string, string])[] }> = {
  /** Bytes go straight under the final name, and stay there whatever happens. */
  'writes under the final name': {
    file: '/core/dist/index.js',
    pieces: [
      [
        'async function writeAtomically(',
        `async function writeAtomically(target, body) {
           const handle = await open(target, 'w')
           let sizeBytes = 0
           try {
             for await (const chunk of body) sizeBytes += (await handle.write(chunk)).bytesWritten
           } finally {
             await handle.close()
           }
           return sizeBytes
         }
         async function careful(`,
      ],
    ],
  },
  'leaves what dead runs left': {
    file: '/core/dist/index.js',
    pieces: [['async removeStrays() {', 'async keepStrays() {']],
  },
  'says that all is well': {
    file: '/cli/dist/index.js',
    pieces: [['function exitCodeOf(error) {', 'function exitCodeOf(error) {\n  return 0;']],
  },
  'restores without a transaction': {
    file: '/engine-postgres/dist/index.js',
    pieces: [['.singleTransaction ?? !isParallel', '.singleTransaction ?? false']],
  },
}

const way = ways[decodeURIComponent(new URL(import.meta.url).search.slice(1))]
if (!way) throw new Error('Expected this module to be imported with one of its ways.')
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.endsWith(way.file)) return loaded
    let source = String(loaded.source)
    for (const [piece, instead] of way.pieces) {
      if (!source.includes(piece)) throw new Error(`${url} has no longer: ${piece}`)
      source = source.replace(piece, () => instead)
    }
    return { ...loaded, source }
  },
})
