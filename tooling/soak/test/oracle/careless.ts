import { registerHooks } from 'node:module'

/**
 * Imported before the built command, makes it careless in one way, which the end of this module's address names. Each way is a piece
 * of a built package and what stands in its place.
 */
const ways: Record<string, { readonly folder: string; readonly pieces: readonly (readonly [string, string])[] }> = {
  /** Bytes go straight under the final name, and stay there whatever happens. */
  'writes under the final name': {
    folder: '/core/dist/',
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
    folder: '/core/dist/',
    pieces: [['async removeStrays() {', 'async keepStrays() {']],
  },
  'says that all is well': {
    folder: '/cli/dist/',
    pieces: [['function exitCodeOf(error) {', 'function exitCodeOf(error) {\n  return 0;']],
  },
  'restores without a transaction': {
    folder: '/engine-postgres/dist/',
    pieces: [['.singleTransaction ?? !isParallel', '.singleTransaction ?? false']],
  },
}

const way = ways[decodeURIComponent(new URL(import.meta.url).search.slice(1))]
if (!way) throw new Error('Expected this module to be imported with one of its ways.')
const left = new Set(way.pieces)
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.includes(way.folder)) return loaded
    let source = String(loaded.source)
    for (const change of way.pieces) {
      const [piece, instead] = change
      if (source.includes(piece)) left.delete(change)
      source = source.replace(piece, () => instead)
    }
    return { ...loaded, source }
  },
})
process.on('exit', () => {
  for (const [piece] of left) console.error(`INTERNAL: nothing in ${way.folder} says: ${piece}`)
})
