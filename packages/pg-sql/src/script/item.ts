import type { ScriptLocation } from '../errors.ts'

/**
 * The rows between a `COPY … FROM STDIN` statement and its `\.` line, line ends included, the `\.` line not. Parts are
 * cut anywhere, also within a row; joined they are the data byte for byte. They can be read once; an iteration that is
 * broken off can be taken up again by another.
 *
 * Iterating throws {@link SqlScriptError} `SCRIPT.UNTERMINATED` when the script ends before the `\.` line.
 */
export interface CopyData extends AsyncIterable<Uint8Array> {
  /** Lines seen so far; final once the iteration has ended. In CSV a quoted value may hold several lines. */
  readonly rows: number
}

/** A statement, from its first character to its final semicolon; comments inside it are kept. */
export interface StatementItem extends ScriptLocation {
  readonly type: 'statement'
  readonly sql: Uint8Array
}

/** `COPY … FROM STDIN` and its data. */
export interface CopyItem extends ScriptLocation {
  readonly type: 'copy'
  readonly sql: Uint8Array
  readonly data: CopyData
}

/** A psql backslash command, from its backslash to the end of the line. Met inside a statement, it comes before it. */
export interface MetaItem extends ScriptLocation {
  readonly type: 'meta'
  readonly text: string
}

/** A `--` comment between statements, without its line end. Its text is cut off at {@link MAX_LINE_BYTES}. */
export interface CommentItem extends ScriptLocation {
  readonly type: 'comment'
  readonly text: string
}

/** What a script consists of, in its order. */
export type ScriptItem = StatementItem | CopyItem | MetaItem | CommentItem

/**
 * How much of a line is kept, in bytes. Lines have no length limit, so a longer comment between statements is cut off,
 * and a longer meta-command is an error (`SCRIPT.STATEMENT_TOO_LONG`).
 */
export const MAX_LINE_BYTES = 65_536
