/** Writes archives byte by byte, independently of the reader, so that each version's layout is spelt out once more. */
class Bytes {
  readonly #parts: Buffer[] = []
  readonly #intSize: number
  constructor(intSize = 4) {
    this.#intSize = intSize
  }
  raw(...bytes: number[]) {
    this.#parts.push(Buffer.from(bytes))
    return this
  }
  text(text: string) {
    this.#parts.push(Buffer.from(text))
    return this
  }
  int(value: number) {
    const bytes = Buffer.alloc(1 + this.#intSize)
    bytes[0] = value < 0 ? 1 : 0
    bytes.writeUIntLE(Math.abs(value), 1, Math.min(this.#intSize, 6))
    this.#parts.push(bytes)
    return this
  }
  string(value: string | Buffer | null) {
    if (value === null) return this.int(-1)
    const bytes = Buffer.from(value)
    this.int(bytes.length)
    this.#parts.push(bytes)
    return this
  }
  end() {
    return Buffer.concat(this.#parts)
  }
}

export interface Shape {
  minor?: number
  intSize?: number
  offsetSize?: number
  format?: number
  definition?: string | Buffer | null
  count?: number
  dumpId?: number
  section?: number
  oid?: string | null
  dependency?: string
  state?: number
  hadDumper?: number
  compression?: number
}

export function archive(shape: Shape = {}): Buffer {
  const { minor = 14, intSize = 4, offsetSize = 8, format = 1 } = shape
  const out = new Bytes(intSize).text('PGDMP').raw(1, minor, 0, intSize, offsetSize, format)
  if (minor >= 15) out.raw(shape.compression ?? 3)
  else out.int(shape.compression ?? -1)
  for (const part of [59, 30, 23, 31, 11, 126, 0]) out.int(part)
  out.string('shop').string('15.18').string('15.18 (Debian)')
  out.int(shape.count ?? 2)
  out.int(shape.dumpId ?? 7).int(shape.hadDumper ?? 0)
  out.string('1259').string(shape.oid === undefined ? '16384' : shape.oid)
  out.string('orders').string('TABLE')
  out.int(shape.section ?? 2)
  out.string(shape.definition === undefined ? 'CREATE TABLE app.orders ();\n' : shape.definition)
  out.string('DROP TABLE app.orders;\n').string(null).string('app').string('')
  if (minor >= 14) out.string('heap')
  if (minor >= 16) out.int('r'.charCodeAt(0))
  out.string('owner').string('false')
  out
    .string(shape.dependency ?? '3')
    .string('12')
    .string(null)
  if (format === 1) out.raw(shape.state ?? 3, ...new Array<number>(offsetSize).fill(0))
  else out.string('')
  out.int(8).int(1).string('0').string('0').string('orders').string('TABLE DATA').int(3)
  out.string('').string('').string('COPY app.orders FROM stdin;\n').string(null).string(null)
  if (minor >= 14) out.string(null)
  if (minor >= 16) out.int(0)
  out.string(null).string('false').string(null)
  if (format === 1) out.raw(2, 0x34, 0x12, ...new Array<number>(offsetSize - 2).fill(0))
  else out.string('8.dat')
  return out.end()
}
