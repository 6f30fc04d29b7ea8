import type { createClient } from '../../src/client.ts'
import { type ModelName, shapes } from './where-trees.ts'

interface Found {
  findMany(query: { where?: unknown; select: Record<string, boolean> }): Promise<Record<string, unknown>[]>
}

/** The keys of rows that Prisma finds. */
export async function keysByPrisma(
  prisma: ReturnType<typeof createClient>,
  model: ModelName,
  condition?: unknown,
): Promise<string[]> {
  const { key } = shapes[model]
  const delegates = prisma as unknown as Record<string, Found>
  const delegate = delegates[`${model.slice(0, 1).toLowerCase()}${model.slice(1)}`] as Found
  const select = Object.fromEntries(key.map((name) => [name, true]))
  const rows = await delegate.findMany({ ...(condition !== undefined && { where: condition }), select })
  return rows.map((row) => key.map((name) => String(row[name])).join('\t')).sort()
}

const tables: Readonly<Record<ModelName, string>> = {
  ...{ Customer: '"crm"."customers"', Session: '"crm"."sessions"', Order: '"public"."orders"' },
  ...{ OrderItem: '"public"."order_items"', Product: '"public"."products"', Category: '"public"."categories"' },
}

/** The keys of rows in a script. They are the first columns of every table here. */
export function keysInScript(script: string, model: ModelName): string[] {
  const table = tables[model].replaceAll('.', '\\.')
  const [, rows = ''] = new RegExp(`^COPY ${table} \\([^)]*\\) FROM stdin;\n([^]*?)^\\\\\\.$`, 'm').exec(script) ?? []
  const columns = shapes[model].key.length
  const lines = rows.split('\n').filter((line) => line !== '')
  return lines.map((line) => line.split('\t').slice(0, columns).join('\t')).sort()
}
