import type { RunContext } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import { summarize } from '@pgark/pg-sql'
import { adaptStatement } from './adapt-statement.ts'
import { Seen } from './seen.ts'
import { tellRewritten } from './tell.ts'
import type { Versions } from './versions.ts'

const adapted = new Set(['definition', 'privilege', 'owner'])

/** The statements of a plain dump as that server takes them. What it cannot have its own error tells. */
export async function* adaptedScript(
  items: AsyncIterable<PlainItem>,
  versions: Versions,
  run: RunContext,
): AsyncGenerator<PlainItem> {
  const seen = new Seen()
  for await (const item of items) {
    if (item.copy || !adapted.has(item.summary.kind)) {
      yield item
      continue
    }
    const sql = Buffer.from(item.sql).toString('latin1')
    seen.look(sql)
    const written = adaptStatement(sql, versions, seen)
    if (!written) {
      yield item
      continue
    }
    const { command, object } = item.summary
    for (const rule of new Set(written.by))
      tellRewritten(rule, [`${item.place()}: ${command} ${object ?? ''}`.trim()], run)
    for (const text of written.statements) {
      const bytes = Buffer.from(text, 'latin1')
      yield { ...item, sql: bytes, summary: summarize(bytes) }
    }
  }
}
