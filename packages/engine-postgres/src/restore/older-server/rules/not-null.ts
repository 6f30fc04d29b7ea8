import { rewritten } from '../rule.ts'
import { nameAt, partsIn, placeOf, replaced, type Statement, says, textOf, withParts } from '../statement.ts'

const table = /^\s*CREATE (UNLOGGED |FOREIGN )?TABLE /

/** The columns and constraints of CREATE TABLE, each by its tokens. */
function elements(statement: Statement): { open: number; parts: { from: number; to: number }[] } {
  const open = statement.tokens.findIndex(({ text }) => text === '(')
  return { open, parts: table.test(statement.sql) && open !== -1 ? partsIn(statement.tokens, open) : [] }
}

/** Where a part says NOT NULL, and the name of that constraint. */
function notNullIn({ tokens }: Statement, { from, to }: { from: number; to: number }) {
  let depth = 0
  for (let at = from; at < to; at += 1) {
    const text = tokens[at]?.text
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    if (depth > 0 || !says(tokens, at, 'NOT', 'NULL') || tokens[at - 1]?.text === 'IS') continue
    const isNamed = at - 2 >= from && tokens[at - 2]?.text === 'CONSTRAINT'
    const start = isNamed ? at - 2 : at
    const isOfTable = start === from
    const column = tokens[isOfTable ? at + 2 : from]?.text ?? ''
    const behind = isOfTable ? at + 3 : at + 2
    const name = isNamed ? `CONSTRAINT ${tokens[at - 1]?.text} ` : ''
    return { at, start, behind, isOfTable, column, name, isNoInherit: says(tokens, behind, 'NO', 'INHERIT') }
  }
  return undefined
}

export const notInheritedNotNull = rewritten({
  feature: 'NOT NULL … NO INHERIT',
  since: 18,
  mark: /NOT NULL .*NO INHERIT/,
  lost: 'it is a check there, CHECK (… IS NOT NULL) NO INHERIT',
  rewrite: (statement) => {
    let isFound = false
    const { open, parts } = elements(statement)
    const written = parts.map((part) => {
      const found = notNullIn(statement, part)
      if (!found?.isNoInherit) return textOf(statement, part.from, part.to)
      isFound = true
      const before = found.isOfTable ? '' : `${textOf(statement, part.from, found.start)} `
      const after = part.to > found.behind + 2 ? ` ${textOf(statement, found.behind + 2, part.to)}` : ''
      return `${before}${found.name}CHECK (${found.column} IS NOT NULL) NO INHERIT${after}`
    })
    return isFound ? [withParts(statement, open, written, ',\n    ')] : undefined
  },
})

export const inheritedNotNull = rewritten({
  feature: 'NOT NULL of an inherited column',
  since: 18,
  isOfPgDump: true,
  mark: /^\s*(CONSTRAINT \S.* )?NOT NULL \S/m,
  lost: 'the constraint has no name there, and is added by ALTER TABLE',
  rewrite: (statement) => {
    const { open, parts } = elements(statement)
    const isOfTable = (part: { from: number; to: number }) => {
      const found = notNullIn(statement, part)
      return found?.isOfTable && !found.isNoInherit ? found : undefined
    }
    const columns = parts.flatMap((part) => isOfTable(part)?.column ?? [])
    if (columns.length === 0) return undefined
    const kept = parts.filter((part) => !isOfTable(part)).map(({ from, to }) => textOf(statement, from, to))
    const at = placeOf(statement, 'TABLE') + 1
    const name = textOf(statement, at, nameAt(statement.tokens, at).next)
    const kind = placeOf(statement, 'FOREIGN', 'TABLE') === 1 ? 'FOREIGN TABLE' : 'TABLE'
    const added = columns.map((column) => `\n\nALTER ${kind} ONLY ${name} ALTER COLUMN ${column} SET NOT NULL;`)
    return [withParts(statement, open, kept, ',\n    '), ...added]
  },
})

export const nameOfNotNull = rewritten({
  feature: 'The name of a NOT NULL constraint',
  since: 18,
  mark: /CONSTRAINT \S.* NOT NULL/,
  lost: 'NOT NULL has no name there',
  rewrite: (statement) => {
    let isFound = false
    const { open, parts } = elements(statement)
    const written = parts.map((part) => {
      const found = notNullIn(statement, part)
      if (!found?.name || found.isOfTable || found.isNoInherit) return textOf(statement, part.from, part.to)
      isFound = true
      return `${textOf(statement, part.from, found.start)} ${textOf(statement, found.at, part.to)}`
    })
    return isFound ? [withParts(statement, open, written, ',\n    ')] : undefined
  },
})

export const notValidNotNull = rewritten({
  feature: 'NOT NULL … NOT VALID',
  since: 18,
  mark: /ADD CONSTRAINT \S.* NOT NULL/,
  lost: 'it is a check there, CHECK (… IS NOT NULL)',
  rewrite: (statement) => {
    const { tokens } = statement
    const at = placeOf(statement, 'ADD', 'CONSTRAINT')
    if (at === -1 || !says(tokens, at + 3, 'NOT', 'NULL')) return undefined
    return [replaced(statement, at + 3, at + 6, `CHECK (${tokens[at + 5]?.text} IS NOT NULL)`)]
  },
})

export const commentOnNotNull = rewritten({
  feature: 'A comment on a NOT NULL constraint',
  since: 18,
  mark: /^\s*COMMENT ON CONSTRAINT/,
  lost: 'the comment is left out, as there is no constraint of that name',
  rewrite: (statement, { constraints }) => withoutComment(statement, constraints, false),
})

export const commentOnDomainNotNull = rewritten({
  feature: 'A comment on the NOT NULL constraint of a domain',
  since: 17,
  mark: /^\s*COMMENT ON CONSTRAINT .* ON DOMAIN/,
  lost: 'the comment is left out, as there is no constraint of that name',
  rewrite: (statement, { constraints }) => withoutComment(statement, constraints, true),
})

/** All other constraints stand somewhere in the dump with their names. */
function withoutComment(
  { tokens }: Statement,
  constraints: ReadonlyMap<string, ReadonlySet<string>>,
  isOfDomain: boolean,
): string[] | undefined {
  if (says(tokens, 5, 'DOMAIN') !== isOfDomain) return undefined
  const { name } = nameAt(tokens, isOfDomain ? 6 : 5)
  return constraints.get(name)?.has(tokens[3]?.text ?? '') === false ? [] : undefined
}
