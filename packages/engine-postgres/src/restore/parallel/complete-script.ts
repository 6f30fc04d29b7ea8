import { completionMarker } from '@pgark/pg-archive'

/** A piece of a script as a script of its own. */
export async function* complete(script: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* script
  yield Buffer.from(`${completionMarker}\n`)
}
