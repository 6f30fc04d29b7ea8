import { rewritten } from '../rule.ts'
import { placeOf, replaced } from '../statement.ts'

export const maintain = rewritten({
  feature: 'The right MAINTAIN',
  since: 17,
  mark: /^\s*(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) [^;]*\bMAINTAIN\b/,
  lost: 'only owners maintain tables there',
  rewrite: (statement) => {
    const { tokens } = statement
    const verb = tokens.findIndex(({ text }) => text === 'GRANT' || text === 'REVOKE')
    const on = tokens.findIndex(({ text }, at) => at > verb && text === 'ON')
    const rights = tokens.slice(verb + 1, on).map(({ text }) => text)
    const kept = rights.filter((text) => text !== 'MAINTAIN' && text !== ',')
    if (!rights.includes('MAINTAIN')) return undefined
    return kept.length === 0 ? [] : [replaced(statement, verb + 1, on, kept.join(','))]
  },
})

export const defaultsOfLargeObjects = rewritten({
  feature: 'Default privileges of large objects',
  since: 18,
  mark: /^\s*ALTER DEFAULT PRIVILEGES .*LARGE OBJECTS/,
  lost: 'they are left out: large objects made later belong to their owner alone',
  rewrite: (statement) => (placeOf(statement, 'ON', 'LARGE', 'OBJECTS') === -1 ? undefined : []),
})
