import type { Gunzip, Inflate } from 'node:zlib'
import { trailing } from '../bytes/trailing.ts'
import { through } from './through.ts'

/** What zlib makes of a stream. It takes what follows an end for no part of it, and passes over it: here that is an error. */
export async function* unzip(body: AsyncIterable<Uint8Array>, zlib: Gunzip | Inflate): AsyncGenerator<Uint8Array> {
  let fedBytes = 0
  async function* counted() {
    for await (const chunk of body) {
      fedBytes += chunk.byteLength
      yield chunk
    }
  }
  const isTrailing = () => zlib.readableEnded && fedBytes > zlib.bytesWritten
  try {
    yield* through(counted(), zlib)
  } catch (error) {
    // It closed while there was still something to write.
    if (!isTrailing()) throw error
  }
  if (isTrailing()) throw trailing('the gzip data')
}
