import { wrongOrm } from '../wrong-orm.ts'

/** A piece of a schema. Comments and spaces are left out; the end of a line matters and is kept. */
export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'punctuation' | 'newline'
  /** Of a string what it stands for, without quotes and escapes. */
  readonly text: string
  readonly line: number
}

// Names may have any letters; numbers are of no interest here, but must not fall apart.
const piece = new RegExp(
  [
    String.raw`(?<newline>\r?\n)`,
    String.raw`(?<blank>[^\S\r\n]+|\r)`,
    String.raw`(?<comment>//[^\r\n]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<string>"(?:[^"\\\r\n]|\\.)*")`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_\-]*)`,
    String.raw`(?<number>-?\d[\d.]*)`,
    String.raw`(?<punctuation>[\s\S])`,
  ].join('|'),
  'guy',
)

/**
 * The pieces of a file in Prisma's schema language.
 *
 * https://www.prisma.io/docs/orm/prisma-schema/overview
 */
export function tokensOf(text: string, file: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  for (const { 0: found, groups = {} } of text.matchAll(piece)) {
    const kind = (['word', 'string', 'number', 'punctuation', 'newline'] as const).find(
      (each) => groups[each] !== undefined,
    )
    if (kind === 'string') tokens.push({ kind, text: unescaped(found), line })
    else if (found === '"')
      throw wrongOrm(`${file} has at line ${line} a text that does not end.`, 'run npx prisma validate')
    else if (kind) tokens.push({ kind, text: found, line })
    line += found.split('\n').length - 1
  }
  return tokens
}

/** Escapes are those of JSON. */
const unescaped = (literal: string): string =>
  literal
    .slice(1, -1)
    .replaceAll(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
      code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
    )

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
