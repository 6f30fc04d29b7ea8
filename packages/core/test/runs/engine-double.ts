import type { BackupRequest, Contents, Engine, Finding, RestoreRequest } from '../../src/index.ts'
import { sampleContents } from '../manifest/sample.ts'

const digest = '0123456789abcdef'.repeat(2)
export const tables = [
  { schema: 'public', name: 'orders', rows: 3, bytes: 6, digest, columns: ['id'], object: 'backup.sql.zst' },
  { schema: 'public', name: 'items', rows: 4, bytes: 8, digest, columns: ['id'], object: 'backup.sql.zst' },
]

export interface DoubleOptions {
  /** What it writes. */
  chunks?: string[]
  /** The name of its object where core gives none. */
  objectName?: string
  /** Runs at that point of a backup. */
  at?: (point: 'begin' | 'first chunk' | 'last chunk' | 'written') => Promise<void> | void
  /** Ends what it writes. */
  signal?: AbortSignal
  findings?: readonly Finding[]
  formats?: readonly string[]
}

/** An engine without a database: what it was asked for is in `requests`. */
export function engineDouble(options: DoubleOptions = {}) {
  const { chunks = ['1\n2\n3\n', '4\n5\n6\n7\n'], at = () => {}, signal, findings = [] } = options
  const requests: (BackupRequest | RestoreRequest)[] = []
  const contents: Contents = { ...sampleContents, tables, sequences: [], refreshed: [] }
  const engine: Engine = {
    specVersion: 1,
    name: 'double',
    location: 'nowhere',
    formats: options.formats ?? ['plain'],
    databaseName: async () => 'my/shop',
    inspect: async () => ({ database: 'my/shop', serverVersion: '16.14', encoding: 'UTF8', schemas: [], tables: [] }),
    plan: async (request) => {
      requests.push(request)
      return { database: 'my/shop', serverVersion: '16.14', definitions: 'none', tables: [] }
    },
    async backup(request, sink, run) {
      requests.push(request)
      await at('begin')
      run.onEvent({ type: 'phase', name: 'data' })
      async function* body() {
        for (const [index, chunk] of chunks.entries()) {
          await at(index === chunks.length - 1 ? 'last chunk' : 'first chunk')
          yield Buffer.from(chunk)
        }
      }
      const object = request.objectName ?? options.objectName ?? 'backup.sql.zst'
      await sink.write(object, body(), { ...(signal && { signal }) })
      await at('written')
      return { ...contents, tables: tables.map((table) => ({ ...table, object })) }
    },
    async verify(source) {
      for await (const _ of source.read(source.objectName));
      return findings
    },
    compare: async () => [{ severity: 'error', code: 'COMPARE.ROW_COUNT', message: 'public.orders differs.' }],
    async restore(request, source) {
      requests.push(request)
      const parts: Uint8Array[] = []
      for await (const chunk of source.read(source.objectName)) parts.push(chunk)
      const restored = tables.map(({ schema, name, rows }) => ({ schema, name, rows, expectedRows: rows }))
      const statements = Buffer.concat(parts).toString().split('\n').length - 1
      return { database: 'target', statements, skipped: 0, tables: restored, rows: 7, findings, dryRun: request.dryRun }
    },
  }
  return { engine, requests, contents }
}
