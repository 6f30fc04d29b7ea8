import { openRenamer } from '@pgark/pg-sql/rename'
import { loadParser } from '../../packages/pg-sql/src/rename/parser/parser.ts'
import { isSameTree } from '../../packages/pg-sql/src/rename/parser/same-tree.ts'
import { definitions } from './definitions.ts'

// `rename-definitions.ts <count> <case>`: gives the schema of so many definitions another name. `start` renames none of them, `again`
// proves each outcome a second time: the proof is no option, so that what it takes is told by doing it twice.

const [count = '', which = ''] = process.argv.slice(2)
if (!['start', 'rename', 'again'].includes(which))
  throw new RangeError(`Expected start, rename or again, got ${which}.`)

const renamer = await openRenamer({
  words: new Set(['app']),
  schema: (name) => (name === 'app' ? 'copy' : undefined),
  object: (_, schema, name) => (schema === 'app' ? { schema: 'copy', name } : undefined),
  isIndexConstraint: () => true,
})
const parser = await loadParser()
const given = definitions(Number(count))
for (const sql of which === 'start' ? [] : given) {
  const renamed = renamer.rename(sql)
  if (renamed.edits === 0) throw new Error(`Nothing was renamed in ${sql}`)
  if (which === 'rename') continue
  const tree = parser.parse(renamed.sql)
  // Compared field by field, a tree with itself as with any other.
  if (!isSameTree(tree, tree, Object.is)) throw new Error(`The proof failed for ${renamed.sql}`)
}
