import { summarize, type Token } from '@pgark/pg-sql'
import { nameAt, type QualifiedName, tokensOf, wordAt } from './names.ts'

/** Kinds of objects that are in no schema, or have the schema of what they are on. */
const withoutSchema = new Set(
  (
    'SCHEMA,EXTENSION,CAST,LANGUAGE,ROLE,DATABASE,TABLESPACE,TRIGGER,EVENT TRIGGER,RULE,POLICY,PUBLICATION,SUBSCRIPTION,SERVER,' +
    'FOREIGN DATA WRAPPER,USER MAPPING,ACCESS METHOD,TRANSFORM'
  ).split(','),
)
const onIndexes = new Set(['PRIMARY', 'UNIQUE', 'EXCLUDE'])

/** The objects that a statement defines, also those that come with one, and operators that it speaks of before they are there. */
export function definedNames(sql: string): QualifiedName[] {
  if (!/^(create|alter)\b/i.test(sql)) return []
  const { command, object } = summarize(sql)
  const [verb = '', ...kind] = command.split(' ')
  const own = object === undefined ? undefined : nameAt(tokensOf(object), 0)
  if (!own || withoutSchema.has(kind.join(' '))) return []
  const tokens = tokensOf(sql)
  const schema = command === 'CREATE INDEX' ? schemaOfIndex(tokens) : own.schema
  return [
    ...(verb === 'CREATE' ? [{ ...own, schema }] : []),
    ...tokens.flatMap((_, at) => comesAlong(tokens, at, schema) ?? []),
  ]
}

function schemaOfIndex(tokens: readonly Token[]): string | undefined {
  const on = tokens.findIndex((_, at) => wordAt(tokens, at) === 'ON')
  return nameAt(tokens, wordAt(tokens, on + 1) === 'ONLY' ? on + 2 : on + 1)?.schema
}

function comesAlong(tokens: readonly Token[], at: number, schema: string | undefined): QualifiedName | undefined {
  switch (wordAt(tokens, at)) {
    // The index of a constraint.
    case 'CONSTRAINT': {
      const constraint = onIndexes.has(wordAt(tokens, at + 2)) ? nameAt(tokens, at + 1) : undefined
      return constraint && { ...constraint, schema }
    }
    // ADD GENERATED … AS IDENTITY (SEQUENCE NAME …)
    case 'SEQUENCE':
      return wordAt(tokens, at + 1) === 'NAME' ? nameAt(tokens, at + 2) : undefined
    case 'MULTIRANGE_TYPE_NAME':
      return nameAt(tokens, at + 2)
    // = OPERATOR(…)
    case 'COMMUTATOR':
    case 'NEGATOR':
      return wordAt(tokens, at + 2) === 'OPERATOR' ? nameAt(tokens, at + 4) : undefined
    default:
      return undefined
  }
}
