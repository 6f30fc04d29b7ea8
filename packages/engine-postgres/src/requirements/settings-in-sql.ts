import { tokenize } from '@pgark/pg-sql'

/**
 * The settings that a function or procedure sets for itself, as pg_dump writes them: `SET work_mem TO`, behind its arguments and
 * before its body. Those with a dot are of extensions, and any server takes them.
 */
export function settingsIn(definition: string): string[] {
  if (!/^\s+SET /m.test(definition)) return []
  const tokens = [...tokenize(definition)].filter(({ type }) => type !== 'comment')
  const settings: string[] = []
  let depth = 0
  for (const [at, { text }] of tokens.entries()) {
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    if (depth > 0) continue
    if (text === 'AS' || text === 'RETURN' || (text === 'BEGIN' && tokens[at + 1]?.text === 'ATOMIC')) break
    const name = tokens[at + 1]
    if (text !== 'SET' || !name || tokens[at + 2]?.text !== 'TO' || name.text.includes('.')) continue
    settings.push(name.text.replaceAll('"', ''))
  }
  return settings
}
