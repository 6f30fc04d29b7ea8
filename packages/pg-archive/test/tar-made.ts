/** What a header says that a plain member would not. */
export interface HeaderOptions {
  readonly size?: number | string
  readonly type?: string
  readonly magic?: string
  readonly linkName?: string
  readonly prefix?: string
  readonly checksum?: string
}

const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')} `

/** A header as pg_dump writes it, its checksum right unless another is given. */
export function tarHeader(name: string, size: number, options: HeaderOptions = {}): Buffer {
  const header = Buffer.alloc(512)
  const fields: [number, string][] = [
    [0, name],
    [100, octal(0o600, 7)],
    [108, octal(0o4000, 7)],
    [116, octal(0o2000, 7)],
    [124, typeof options.size === 'string' ? options.size : octal(options.size ?? size, 11)],
    [136, octal(1_763_700_000, 11)],
    [148, ' '.repeat(8)],
    [156, options.type ?? '0'],
    [157, options.linkName ?? ''],
    [257, options.magic ?? 'ustar\x0000'],
    [265, 'postgres'],
    [297, 'postgres'],
    [329, octal(0, 7)],
    [337, octal(0, 7)],
    [345, options.prefix ?? ''],
  ]
  for (const [at, text] of fields) header.write(text, at, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(options.checksum ?? octal(sum, 7), 148, 'latin1')
  return header
}

export function tarMember(name: string, content: Buffer, options?: HeaderOptions): Buffer {
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return Buffer.concat([tarHeader(name, content.length, options), content, padding])
}

export const tarEnd = Buffer.alloc(1024)
