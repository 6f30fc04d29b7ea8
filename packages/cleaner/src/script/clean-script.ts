import { PgarkError } from '@pgark/core'
import { type CopyItem, type MetaItem, readScript, type StatementItem, type StatementSummary } from '@pgark/pg-sql'
import { type CleanOptions, resolveOptions } from '../options.ts'
import { type CleanWarning, QualifierStripper } from '../qualifiers/qualifier-stripper.ts'
import { requirePrintingOnly } from '../rules/meta-commands.ts'
import { isStripped, settingOf } from '../rules/settings.ts'
import { joined } from './joined.ts'
import { foreignToken, layOut } from './layout.ts'
import { SourceTap } from './source-tap.ts'
import { withoutCommentsIn } from './strip-comments.ts'
import { WholeDump } from './whole-dump.ts'

/**
 * A script without what a target does not need, as a stream: a plain dump of pg_dump, a backup of pgark, or any other SQL. Rows of COPY,
 * literals, quoted names and bodies pass byte for byte, in the order they come; what is left means the same to a server. Memory is
 * bounded by a chunk and twice the longest statement or comment.
 *
 * With `qualifiers: 'strip'`, `onWarning` is told of bodies that name the schema, which stay as they are.
 *
 * Options are checked when it is called (`USAGE.OPTIONS`). The iteration throws, with the line, `REFUSED.META_COMMAND` for a command of
 * psql's that cannot be taken out, `REFUSED.CLEAN` where statements and commands or rows are interwoven so that they cannot be told
 * apart, or a qualifier cannot be taken away, the errors of `readScript` (`SCRIPT.…`) for a script that was cut or is none, and at its end `ARCHIVE.INCOMPLETE` for a dump
 * without its completion marker. After an error what was yielded is no dump.
 */
export function cleanScript(
  input: AsyncIterable<Uint8Array>,
  options: CleanOptions = {},
  onWarning: (warning: CleanWarning) => void = () => {},
): AsyncIterable<Uint8Array> {
  const resolved = resolveOptions(options)
  return { [Symbol.asyncIterator]: () => joined(new ScriptCleaner(resolved, onWarning).clean(input)) }
}

class ScriptCleaner {
  readonly #options: Required<CleanOptions>
  readonly #tap = new SourceTap()
  readonly #whole = new WholeDump()
  readonly #stripper: QualifierStripper
  /** What stands between the last item that was written and the one at hand. */
  #between = ''
  /** The line of an item that was left out goes with it. */
  #dropsLineEnd = false
  #isFirst = true
  #atLineStart = false
  /** Whether a backslash in a plain literal is an ordinary character. */
  #standardStrings = true

  constructor(options: Required<CleanOptions>, warn: (warning: CleanWarning) => void) {
    this.#options = options
    this.#stripper = new QualifierStripper(warn)
  }

  async *clean(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const item of readScript(this.#tap.watch(input))) {
      if (this.#tap.position === 0) this.#tap.takeByteOrderMark()
      this.#pass(item.offset, item.line)
      if (item.type === 'comment') this.#whole.comment(item.text)
      else if (item.type === 'meta') yield* this.#meta(item)
      else if (item.type === 'copy') yield* this.#copy(item)
      else yield* this.#statement(item)
    }
    if (this.#tap.position === 0) this.#tap.takeByteOrderMark()
    this.#add(this.#tap.takeRest())
    this.#whole.requireWhole()
    this.#stripper.finish()
    yield* this.#layOut(true)
  }

  /** Keeps what stands before the item at hand. What is no space or comment there belongs to a statement that is not over. */
  #pass(offset: number, line: number): void {
    const between = this.#tap.take(offset)
    if (foreignToken(between.toString('latin1'))) throw interwoven(line, 'a psql command within a statement')
    this.#add(between)
  }

  #add(bytes: Buffer): void {
    let text = bytes.toString('latin1')
    if (this.#dropsLineEnd && text !== '') {
      text = text.replace(/^[ \t]*\r?\n/, '')
      this.#dropsLineEnd = false
    }
    this.#between += text
  }

  /** Leaves out the item at hand, and its line where it has one of its own. */
  #drop(bytes: number): void {
    const startsLine = this.#between === '' ? this.#isFirst || this.#atLineStart : /\n[ \t]*$/.test(this.#between)
    this.#tap.take(this.#tap.position + bytes)
    this.#dropsLineEnd = startsLine
  }

  *#layOut(isLast = false): Generator<Uint8Array> {
    const place = { isFirst: this.#isFirst, isLast, atLineStart: this.#atLineStart }
    const text = layOut(this.#between, this.#options, place)
    this.#between = ''
    this.#dropsLineEnd = false
    if (text !== '') yield Buffer.from(text, 'latin1')
  }

  *#write(bytes: Uint8Array): Generator<Uint8Array> {
    yield* this.#layOut()
    yield bytes
    this.#isFirst = false
    this.#atLineStart = false
  }

  *#meta(item: MetaItem): Generator<Uint8Array> {
    this.#whole.metaCommand(item.text)
    const line = this.#tap.takeLine()
    const end = /\r?\n?$/.exec(line.toString('latin1'))?.index ?? line.length
    if (this.#options.metaCommands === 'keep') {
      yield* this.#write(line.subarray(0, end))
    } else {
      requirePrintingOnly(item)
      this.#drop(0)
    }
    this.#add(line.subarray(end))
  }

  async *#statement({ sql, line }: StatementItem): AsyncGenerator<Uint8Array> {
    const set = settingOf(sql)
    if (set && this.#options.settings === 'strip' && isStripped(set)) return this.#drop(sql.length)
    const stripped = await this.#stripped(sql, line, set)
    if (stripped === undefined) return this.#drop(sql.length)
    this.#tap.take(this.#tap.position + sql.length)
    yield* this.#write(this.#cleaned(stripped))
    if (set?.setting === 'standard_conforming_strings')
      this.#standardStrings = /^(on|true|yes|1)$/i.test(set.value ?? '')
  }

  async *#copy({ sql, data, line }: CopyItem): AsyncGenerator<Uint8Array> {
    this.#tap.take(this.#tap.position + sql.length)
    yield* this.#write(this.#cleaned((await this.#stripped(sql, line)) ?? sql))
    const rest = this.#tap.takeLine()
    if (rest.toString('latin1').trim() !== '') throw interwoven(line, 'a statement or comment on the line of a COPY')
    yield rest
    for await (const part of data) {
      this.#tap.take(this.#tap.position + part.length)
      yield part
    }
    // The line that ends them.
    yield this.#tap.takeLine()
    this.#atLineStart = true
  }

  async #stripped(sql: Uint8Array, line: number, set?: StatementSummary): Promise<Uint8Array | undefined> {
    if (this.#options.qualifiers === 'keep') return sql
    if (!this.#standardStrings) throw interwoven(line, 'a statement with standard_conforming_strings off')
    return await this.#stripper.strip(sql, line, set)
  }

  #cleaned(sql: Uint8Array): Uint8Array {
    return this.#options.comments === 'strip' && this.#standardStrings ? withoutCommentsIn(sql) : sql
  }
}

const interwoven = (line: number, what: string) =>
  new PgarkError('REFUSED.CLEAN', `Line ${line}: ${what} cannot be cleaned.`, {
    hint: 'give each a line of its own; dumps have no such lines',
    meta: { line },
  })
