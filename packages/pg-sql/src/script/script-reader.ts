import { type ScriptLocation, SqlScriptError } from '../errors.ts'
import { characterClass, SPACE } from '../lexical/character.ts'
import { type LexerEvent, StatementLexer } from '../lexical/statement-lexer.ts'
import { copyEndpoint } from '../statement/copy-endpoint.ts'
import { standardStringsAfter } from '../statement/standard-strings.ts'
import { CopyBlock, unterminatedCopy } from './copy-block.ts'
import { MAX_LINE_BYTES, type ScriptItem } from './item.ts'
import { readLine } from './read-line.ts'
import { ScriptInput } from './script-input.ts'
import { StatementBytes } from './statement-bytes.ts'

export interface ScriptLimits {
  readonly maxStatementBytes: number
  readonly maxRowBytes: number
}

/** Turns what the lexer meets into items. */
export class ScriptReader {
  readonly #input: ScriptInput
  readonly #lexer = new StatementLexer()
  readonly #pending: StatementBytes
  readonly #limits: ScriptLimits
  readonly #decode: (bytes: Buffer) => string
  /** Where the latest statement, or comment before one, began. */
  #began: ScriptLocation = { line: 1, offset: 0 }
  /** The statement that has just ended. */
  #sql: Buffer = Buffer.alloc(0)
  /** Why the lexer paused, if that was not handled yet. */
  #event: LexerEvent | undefined
  /** The data being handed out, and what stood behind the semicolon of its statement. */
  #copying: { data: CopyBlock; rest: Buffer; behind: ScriptLocation } | undefined

  constructor(source: AsyncIterable<Uint8Array>, limits: ScriptLimits, decode: (bytes: Buffer) => string) {
    this.#input = new ScriptInput(source)
    this.#pending = new StatementBytes(limits.maxStatementBytes)
    this.#limits = limits
    this.#decode = decode
  }

  close(): Promise<void> {
    return this.#input.close()
  }

  async begin(): Promise<void> {
    await this.#input.skipByteOrderMark()
  }

  /** The next item if it is a statement and all there, without the cost of a promise; otherwise undefined. */
  itemAtHand(): ScriptItem | undefined {
    if (this.#copying !== undefined) return undefined
    this.#event = this.#scan()
    return this.#event === 'end' && !this.#isCopy() ? this.#statement() : undefined
  }

  /** The next item; undefined at the end of the script. */
  async nextItem(): Promise<ScriptItem | undefined> {
    await this.#finishCopy()
    for (;;) {
      const event = this.#event ?? this.#scan()
      this.#event = undefined
      if (event === 'end') return this.#isCopy() ? this.#copy() : this.#statement()
      if (event === 'comment') return this.#comment()
      if (event === 'backslash') return this.#meta()
      if (this.#input.isLast) return this.#finish()
      await this.#input.moreSql()
    }
  }

  /** Lets the lexer read on, and keeps what it read of an unfinished statement. */
  #scan(): LexerEvent {
    const input = this.#input
    const lexer = this.#lexer
    const from = input.position
    const event = lexer.scan(input.bytes, from, input.limit, input.isLast)
    const first = Math.max(lexer.start, from)
    if (lexer.start >= 0) this.#began = input.locate(lexer.start)
    lexer.start = -1
    input.position = lexer.position
    if (!lexer.isInStatement) return event
    // What is undecided yet belongs to the statement too: counting it, the limit strikes wherever chunks are cut.
    this.#pending.check((event === 'more' ? input.limit : lexer.position) - first, this.#began)
    const piece = input.bytes.subarray(first, lexer.position)
    if (event === 'end') this.#sql = this.#pending.take(piece)
    else this.#pending.add(piece)
    return event
  }

  #isCopy(): boolean {
    return this.#lexer.nesting.command === 'copy' && copyEndpoint(this.#sql) === 'stdin'
  }

  #statement(): ScriptItem {
    const lexer = this.#lexer
    const sql = this.#sql
    const { line, offset } = this.#began
    this.#event = undefined
    lexer.standardStrings = standardStringsAfter(lexer.nesting.command, sql) ?? lexer.standardStrings
    lexer.reset()
    return { type: 'statement', sql, line, offset }
  }

  async #comment(): Promise<ScriptItem> {
    const { line, offset } = this.#input.locate(this.#input.position)
    const { bytes } = await readLine(this.#input, MAX_LINE_BYTES, true)
    return { type: 'comment', text: this.#decode(bytes), line, offset }
  }

  async #meta(): Promise<ScriptItem> {
    const at = this.#input.locate(this.#input.position)
    const { bytes, isCut } = await readLine(this.#input, MAX_LINE_BYTES, false)
    if (isCut) {
      const message = `The meta-command on line ${at.line} is longer than ${MAX_LINE_BYTES} bytes`
      throw new SqlScriptError('SCRIPT.STATEMENT_TOO_LONG', message, at)
    }
    return { type: 'meta', text: this.#decode(bytes).replace(/\r$/, ''), line: at.line, offset: at.offset }
  }

  async #copy(): Promise<ScriptItem> {
    const input = this.#input
    const { line, offset } = this.#began
    this.#lexer.reset()
    const behind = input.locate(input.position)
    const { maxStatementBytes, maxRowBytes } = this.#limits
    const rest = await readLine(input, maxStatementBytes, false)
    if (rest.isLast) throw unterminatedCopy({ line, offset })
    if (rest.isCut) this.#pending.check(maxStatementBytes + 1, behind)
    input.position++
    input.locate(input.position)
    const data = new CopyBlock(input, { line, offset }, maxRowBytes)
    this.#copying = { data, rest: rest.bytes, behind }
    return { type: 'copy', sql: this.#sql, line, offset, data }
  }

  async #finishCopy(): Promise<void> {
    if (this.#copying === undefined) return
    const { data, rest, behind } = this.#copying
    await data.skip()
    this.#copying = undefined
    // psql takes the data from the lines below, and only then reads on behind the semicolon.
    if (rest.some((byte) => characterClass(byte) !== SPACE)) {
      this.#input.splice(Buffer.concat([rest, Buffer.from('\n')]), behind)
    }
  }

  #finish(): undefined {
    const { isInStatement, open } = this.#lexer
    if (!isInStatement && open === undefined) return undefined
    const { line } = this.#began
    const what = isInStatement ? `the statement that begins on line ${line}` : `the comment that begins on line ${line}`
    const within = isInStatement && open !== undefined ? `a ${open} of ` : ''
    const hint = 'The script was cut short, or a quote or final semicolon is missing.'
    throw new SqlScriptError('SCRIPT.UNTERMINATED', `The script ends within ${within}${what}`, this.#began, hint)
  }
}
