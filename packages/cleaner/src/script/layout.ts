import { type Token, tokenize } from '@pgark/pg-sql'
import type { CleanOptions } from '../options.ts'
import { isCompletionMarker } from './whole-dump.ts'

/** Where a text between statements stands. */
export interface Place {
  /** Nothing was written yet. */
  readonly isFirst: boolean
  /** Nothing follows. */
  readonly isLast: boolean
  /** What was written ends with a line end, as rows do. */
  readonly atLineStart: boolean
}

/** The text between two statements: spaces, line ends and comments, without those that are not wanted. */
export function layOut(text: string, options: Required<CleanOptions>, place: Place): string {
  const pieces = piecesOf(text)
  const wanted = options.comments === 'strip' ? withoutComments(pieces, place) : pieces
  return options.blankLines === 'strip' ? withoutBlankLines(wanted, place) : wanted.join('')
}

/** Spaces, comments and empty statements in turn; spaces are at even places. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  let end = 0
  for (const { start, end: next, text: piece } of tokenize(text)) {
    pieces.push(text.slice(end, start), piece)
    end = next
  }
  return [...pieces, text.slice(end)]
}

/** What stands there that is neither space, comment nor empty statement; undefined where nothing does. */
export function foreignToken(text: string): Token | undefined {
  for (const token of tokenize(text)) if (token.type !== 'comment' && token.text !== ';') return token
  return undefined
}

const isComment = (piece: string) => piece.startsWith('--') || piece.startsWith('/*')

/** A comment that has lines for itself goes with them. */
function withoutComments(pieces: readonly string[], { isFirst, atLineStart }: Place): string[] {
  let [spaces = ''] = pieces
  const kept: string[] = []
  for (let at = 1; at < pieces.length; at += 2) {
    const piece = pieces[at] ?? ''
    const next = pieces[at + 1] ?? ''
    if (!isComment(piece) || isCompletionMarker(piece)) {
      kept.push(spaces, piece)
      spaces = next
      continue
    }
    const startsLine =
      /\n[ \t]*$/.test(spaces) || (kept.length === 0 && (isFirst || atLineStart) && /^[ \t]*$/.test(spaces))
    const before = spaces.replace(/[ \t]*$/, '')
    const endsLine = /^[ \t]*\r?\n/.exec(next)?.[0]
    if (startsLine && endsLine !== undefined) spaces = before + next.slice(endsLine.length)
    else if (endsLine !== undefined) spaces = before + next
    else spaces = spaces + next
  }
  return [...kept, spaces]
}

function withoutBlankLines(pieces: readonly string[], { isFirst, isLast, atLineStart }: Place): string {
  return pieces
    .map((piece, at) => {
      if (at % 2 === 1) return piece
      const lines = piece.split('\n')
      const isStart = at === 0 && (isFirst || atLineStart)
      const isEnd = isLast && at === pieces.length - 1
      // Line ends that are needed, and one blank line: what follows may stand on a line of its own.
      const most = (isStart ? 0 : 1) + (isEnd || (at === 0 && isFirst) ? 0 : 1)
      if (lines.length - 1 <= most) return piece
      const end = piece.includes('\r\n') ? '\r\n' : '\n'
      const [first = ''] = lines
      return first.replace(/[ \t\r]*$/, '') + end.repeat(most) + (isEnd ? '' : (lines.at(-1) ?? ''))
    })
    .join('')
}
