import { type ReadScriptOptions, readScript } from '../src/index.ts'

/** An item with everything in it as text (Latin-1 for COPY data would lose nothing, UTF-8 reads better). */
export interface PlainItem {
  type: string
  text: string
  line: number
  offset: number
  data?: string
  rows?: number
}

export async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** The bytes in chunks that begin at these places; those beyond the end are passed over. */
export async function* cutAt(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const cuts = [0, ...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length]
  for (const [index, at] of cuts.entries()) yield bytes.subarray(at, cuts[index + 1] ?? at)
}

export async function* listed(...chunks: (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

export async function readAll(source: AsyncIterable<Uint8Array>, options?: ReadScriptOptions): Promise<PlainItem[]> {
  const items: PlainItem[] = []
  for await (const item of readScript(source, options)) {
    const { line, offset } = item
    if (item.type === 'meta' || item.type === 'comment') items.push({ type: item.type, text: item.text, line, offset })
    else {
      const plain: PlainItem = { type: item.type, text: Buffer.from(item.sql).toString(), line, offset }
      if (item.type === 'copy') {
        const parts: Uint8Array[] = []
        for await (const part of item.data) parts.push(part)
        plain.data = Buffer.concat(parts).toString()
        plain.rows = item.data.rows
      }
      items.push(plain)
    }
  }
  return items
}

/** The statements' texts of a script that has nothing else. */
export async function statementsOf(script: string | Uint8Array): Promise<string[]> {
  return (await readAll(listed(script))).map(({ text }) => text)
}
