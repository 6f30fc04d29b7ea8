/** Labels of the Encoding Standard for what PostgreSQL calls otherwise. https://encoding.spec.whatwg.org/#names-and-labels */
const labels: Readonly<Record<string, string>> = {
  eucjp: 'euc-jp',
  eucjis2004: 'euc-jp',
  euckr: 'euc-kr',
  euccn: 'gb2312',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  shiftjis2004: 'sjis',
  uhc: 'euc-kr',
  win866: 'ibm866',
}
/** LATIN2 is the second part of ISO 8859, LATIN5 the ninth. */
const latinParts = [1, 2, 3, 4, 9, 10, 13, 14, 15, 16]

/**
 * Text for people, in an encoding as PostgreSQL names it. What has no characters there has U+FFFD in their place, as all that is not
 * ASCII has in an encoding that only PostgreSQL knows.
 */
export function textIn(encoding: string, bytes: Uint8Array): string {
  const name = encoding.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (name === 'latin1' || name === 'iso88591') return Buffer.from(bytes).toString('latin1')
  return decoderOf(name).decode(bytes)
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const decoders = new Map<string, TextDecoder>()

function decoderOf(name: string): TextDecoder {
  const known = decoders.get(name) ?? newDecoder(name)
  decoders.set(name, known)
  return known
}

function newDecoder(name: string): TextDecoder {
  const label = name
    .replace(/^latin(\d+)$/, (_, number) => `iso-8859-${latinParts[Number(number) - 1]}`)
    .replace(/^iso8859(\d+)$/, 'iso-8859-$1')
    .replace(/^win(125\d|874)$/, 'windows-$1')
  try {
    return new TextDecoder(labels[label] ?? label, { ignoreBOM: true })
  } catch {
    return utf8
  }
}
