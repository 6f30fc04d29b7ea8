/** An answer of the emulator. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

/** What a handler throws for an answer that tells of an error. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class S3Failure extends Error {
  readonly status: number
  readonly code: string
  readonly more: Readonly<Record<string, string>>

  constructor(status: number, code: string, more: Readonly<Record<string, string>> = {}) {
    super(code)
    this.status = status
    this.code = code
    this.more = more
  }
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '')

/** Elements in order; an array stands for an element that is repeated, an object for one that has elements. */
export interface Elements {
  readonly [name: string]: string | number | boolean | Elements | readonly Elements[] | undefined
}

export function xml(root: string, elements: Elements): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner(elements)}</${root}>`,
  }
}

export function failure({ status, code, more }: S3Failure): Answer {
  return { ...xml('Error', { Code: code, Message: code, ...more }), status }
}

function inner(elements: Elements): string {
  return Object.entries(elements)
    .flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((each) => [name, each] as const) : [[name, value] as const],
    )
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${typeof value === 'object' ? inner(value) : escaped(String(value))}</${name}>`)
    .join('')
}

/** The texts of all elements of that name in a request's body. */
export const textsOf = (body: Buffer, name: string) =>
  [...body.toString().matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(amp|lt|gt|quot|apos|#x?[0-9a-f]+);/gi, (_, entity: string) => unescaped(entity)),
  )

function unescaped(entity: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  if (!entity.startsWith('#')) return named[entity] ?? ''
  return String.fromCodePoint(Number(entity.replace(/^#x/i, '0x').replace(/^#/, '')))
}
