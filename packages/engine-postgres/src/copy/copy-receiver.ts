import { PgarkError } from '@pgark/core'
import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'
import { isConnectionLost, sqlstate } from '../connection/database-error.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import { BlockQueue } from './block-queue.ts'
import type { CopyKernel } from './copy-kernel.ts'
import { noRows } from './digest.ts'
import type { ReadAhead } from './read-ahead.ts'

/** pg does not document its connection; this is the part of it that is used. */
interface WireConnection {
  readonly stream: NodeJS.ReadableStream & { destroy(): void }
  query(sql: string): void
}

type DataListener = (bytes: Buffer) => void

/** What the statement reads. */
export type TableRead = Pick<Relation, 'oid' | 'schema' | 'name'>

/** A message's type and its length. */
const headerBytes = 5

/**
 * Receives the answer to a `COPY … TO STDOUT`. While it runs, the connection's bytes come here first: rows go through the kernel,
 * every other message (an error, a notice, the end) goes on to pg as it came.
 *
 * COPY goes by names, which are those of this moment whatever the snapshot: a lock on the table keeps its own, but another schema can
 * take its schema's. So the server is asked before and after whose the name is.
 */
export class CopyReceiver implements pg.Submittable {
  /** The rows' text. Ends when the server has said how many rows it sent and as many came; fails otherwise. */
  readonly blocks: BlockQueue
  /** How many rows came, and their digest; known when the blocks have ended. */
  rows = 0
  digest = noRows
  /** Whether all of it came, so that the connection is free for another statement. */
  readonly isComplete: Promise<boolean>
  #complete: (isComplete: boolean) => void = () => {}
  readonly #sql: string
  readonly #table: TableRead
  readonly #kernel: CopyKernel
  #connection: WireConnection | undefined
  /** pg's own, while they are set aside. */
  #listeners: readonly DataListener[] = []
  #isReceiving = false
  /** The message that goes on to pg: its header as far as it came, and how much of the rest is to come. */
  readonly #header = Buffer.alloc(headerBytes)
  #headerFill = 0
  #passing = 0
  /** What the server says at the end. */
  #serverRows = Number.NaN
  #isOtherTable = false

  constructor(sql: string, table: TableRead, kernel: CopyKernel, readAhead: ReadAhead) {
    this.#sql = `${isNamedSql(table)}; ${sql}; ${isNamedSql(table)}`
    this.#table = table
    this.#kernel = kernel
    this.blocks = new BlockQueue(readAhead)
    this.isComplete = new Promise((resolve) => {
      this.#complete = resolve
    })
  }

  /** Whether a lost connection is told through the blocks. */
  get isReceiving(): boolean {
    return this.#isReceiving
  }

  /** Called by pg when it is this statement's turn. */
  submit(connection: pg.Connection): void {
    this.#connection = connection as unknown as WireConnection
    this.#kernel.reset()
    const { stream } = this.#connection
    this.#listeners = stream.listeners('data') as DataListener[]
    this.#isReceiving = true
    this.#kernel.onInput = this.#process
    stream.on('data', this.#receive)
    for (const listener of this.#listeners) stream.off('data', listener)
    this.#connection.query(this.#sql)
  }

  handleCommandComplete({ text }: { text: string }): void {
    // Other statements may stand before and after the COPY.
    const [, rows] = /^COPY (\d+)$/.exec(text) ?? []
    if (rows !== undefined) this.#serverRows = Number(rows)
    if (text === 'SELECT 0') this.#isOtherTable = true
  }

  /** Of the question whose the name is: its answer is how many rows it has. */
  handleRowDescription(): void {}
  handleDataRow(): void {}

  /** The server's error, after which the connection is pg's again, or the connection's own. */
  handleError(error: unknown): void {
    if (sqlstate(error) !== '' && !isConnectionLost(error)) this.#release()
    this.blocks.fail(error)
    this.#complete(false)
  }

  handleReadyForQuery(): void {
    this.#release()
    this.blocks.push(this.#kernel.takeBlock())
    this.rows = this.#kernel.rows
    this.digest = this.#kernel.digest
    const problem = this.#problem()
    if (problem) this.blocks.fail(problem)
    else this.blocks.end()
    this.#complete(!problem)
  }

  #problem(): PgarkError | undefined {
    if (this.#isOtherTable) {
      const { schema, name } = this.#table
      const message = `Another table is called ${schema}.${name} by now: it or its schema was renamed.`
      const hint = 'run it again when no migration is running'
      return new PgarkError('ENGINE.TABLES_CHANGED', message, { hint, retryable: true })
    }
    if (this.#serverRows === this.rows) return undefined
    return new PgarkError('ENGINE.COPY_OUT', `The server sent ${this.#serverRows} rows, ${this.rows} arrived.`)
  }

  /** For a reader that stops early: rows that are on their way cannot be called off, so the connection goes. */
  abandon(): void {
    if (this.#isReceiving) this.#connection?.stream.destroy()
  }

  /** Bytes of an encrypted connection, or of a stream that the user made. */
  readonly #receive = (bytes: Buffer): void => {
    const { input } = this.#kernel
    for (let at = 0; at < bytes.length; at += input.length) {
      const piece = bytes.subarray(at, at + input.length)
      input.set(piece)
      this.#process(piece.length)
    }
  }

  readonly #process = (length: number): void => {
    try {
      let at = 0
      while (at < length) {
        if (!this.#isReceiving) at = this.#passOn(at, length)
        else if (this.#headerFill === 0) at = this.#kernel.take(at, length, this.#onBlock)
        // The kernel stops where another message begins; there it waits until that has passed.
        if (at < length) at = this.#passMessage(at, length)
      }
    } catch (cause) {
      this.blocks.fail(
        new PgarkError('ENGINE.COPY_OUT', "The server's answer is not in the protocol of PostgreSQL.", { cause }),
      )
      this.abandon()
    }
  }

  readonly #onBlock = (block: Buffer): void => {
    if (!this.blocks.push(block)) this.#connection?.stream.pause()
  }

  /** Hands the input from `at` on to pg, as far as one other message goes; answers where it ends. */
  #passMessage(at: number, length: number): number {
    const { input } = this.#kernel
    let end = at
    while (this.#headerFill < headerBytes && end < length) {
      this.#header[this.#headerFill++] = input[end++] as number
      if (this.#headerFill === headerBytes) this.#passing = this.#header.readInt32BE(1) - (headerBytes - 1)
    }
    if (this.#passing < 0) throw new RangeError('a message shorter than its length')
    if (this.#headerFill === headerBytes) {
      const rest = Math.min(this.#passing, length - end)
      end += rest
      this.#passing -= rest
      if (this.#passing === 0) this.#headerFill = 0
    }
    return this.#passOn(at, end)
  }

  #passOn(at: number, end: number): number {
    const bytes = Buffer.from(this.#kernel.input.subarray(at, end))
    for (const listener of this.#listeners) listener(bytes)
    return end
  }

  #release(): void {
    this.#isReceiving = false
    this.#kernel.onInput = undefined
    const stream = this.#connection?.stream
    for (const listener of this.#listeners) stream?.on('data', listener)
    stream?.off('data', this.#receive)
  }
}

/** Answers a row, without columns, if the name is the table's. */
const isNamedSql = (table: TableRead) =>
  `SELECT WHERE ${quoteLiteral(qualifiedName(table))}::pg_catalog.regclass::pg_catalog.oid = '${table.oid}'`
