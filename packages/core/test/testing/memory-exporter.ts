import { abortable, type Exporter, PgarkError } from '@pgark/core'

export type Objects = Map<string, { bytes: Buffer; modifiedAt: Date }>

export function memory(objects: Objects = new Map()): Exporter {
  const info = (key: string) => {
    const { bytes, modifiedAt } = objects.get(key) ?? {}
    return bytes && modifiedAt && { key, sizeBytes: bytes.length, modifiedAt }
  }
  return {
    specVersion: 1,
    name: 'memory',
    location: 'memory',
    capabilities: { range: true, remove: true, compose: false, read: true, local: true },
    async write(key, body, { signal, overwrite = false } = {}) {
      const chunks: Buffer[] = []
      for await (const chunk of abortable(body, signal)) {
        chunks.push(Buffer.from(chunk))
        ;(chunk as Partial<Disposable>)[Symbol.dispose]?.() // lent: its bytes were copied
      }
      signal?.throwIfAborted()
      if (objects.has(key) && !overwrite) throw new PgarkError('REFUSED.EXISTS', `${key} is already there.`)
      const bytes = Buffer.concat(chunks)
      objects.set(key, { bytes, modifiedAt: new Date() }) // the commit: everything before is invisible
      return { key, sizeBytes: bytes.length }
    },
    async *read(key, { signal, range: { start = 0, end = Number.POSITIVE_INFINITY } = {} } = {}) {
      const bytes = objects.get(key)?.bytes
      if (!bytes) throw new PgarkError('DESTINATION.NOT_FOUND', `There is no ${key}.`)
      for (let at = start; at < Math.min(end, bytes.length); at += 65_536) {
        signal?.throwIfAborted()
        yield bytes.subarray(at, Math.min(at + 65_536, end))
      }
    },
    async stat(key, { signal } = {}) {
      signal?.throwIfAborted()
      return info(key)
    },
    async *list(prefix, { signal, delimiter } = {}) {
      signal?.throwIfAborted()
      const folded = new Set<string>()
      for (const key of [...objects.keys()].filter((each) => each.startsWith(prefix))) {
        const slash = delimiter ? key.indexOf(delimiter, prefix.length) : -1
        const found = info(key)
        if (slash !== -1) folded.add(key.slice(0, slash + 1))
        else if (found) yield found
      }
      for (const beginning of folded) yield { prefix: beginning }
    },
    async remove(keys, { signal } = {}) {
      signal?.throwIfAborted()
      for (const key of keys) objects.delete(key)
    },
    async close() {},
  }
}
