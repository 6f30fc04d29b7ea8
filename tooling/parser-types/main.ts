import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { childTypes } from './child-types.ts'

// `node tooling/parser-types/main.ts`, after an update of libpg-query: it does not say at run time which types its nodes have.

const file = path.join(import.meta.dirname, '../../packages/pg-sql/src/rename/parser/child-types.ts')
const rows = Object.entries(childTypes()).map(([slot, type]) => `  '${slot}': '${type}',\n`)
writeFileSync(
  file,
  `/**
 * Fields of the parser's nodes that hold a node of one type only, which is then not told in the tree. Written by
 * \`node tooling/parser-types/main.ts\` from the types that come with the parser.
 */
export const childTypes: Readonly<Record<string, string>> = {
${rows.join('')}}
`,
)
