import type { Problem } from '@pgark/core'

const pair = /^((?:"(?:[^"]|"")*"|[^"=])+)=(.+)$/s
const quoted = /^"((?:[^"]|"")+)"$/s

export interface RenameFlags {
  renameSchema?: string[]
  renameTable?: string[]
}

/** `--rename-schema` and `--rename-table` as the library takes them: old names as they are written, new ones as SQL reads them. */
export function renamesOf({ renameSchema, renameTable }: RenameFlags) {
  return {
    ...(renameSchema && { renameSchemas: newNames(renameSchema) }),
    ...(renameTable && { renameTables: newNames(renameTable) }),
  }
}

/** What is wrong with how they are written. */
export function* renameFlagProblems({ renameSchema = [], renameTable = [] }: RenameFlags): Iterable<Problem> {
  yield* problemsIn('--rename-schema', renameSchema)
  yield* problemsIn('--rename-table', renameTable)
}

function* problemsIn(option: string, texts: readonly string[]): Iterable<Problem> {
  const seen = new Set<string>()
  for (const text of texts) {
    const [, from, to = ''] = pair.exec(text) ?? []
    if (from === undefined || nameIn(to) === undefined) {
      yield { message: `Expected ${option} old=new, got ${text}.`, hint: 'capitals, dots and = need double quotes' }
    } else if (seen.has(from)) yield { message: `${option} ${from} is given twice.` }
    if (from !== undefined) seen.add(from)
  }
}

const newNames = (texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    texts.flatMap((text) => {
      const [, from, to = ''] = pair.exec(text) ?? []
      const name = nameIn(to)
      return from === undefined || name === undefined ? [] : [[from, name]]
    }),
  )

/** One name, in lower case where it is not quoted. */
function nameIn(text: string): string | undefined {
  const name = quoted.exec(text)?.[1]
  if (name !== undefined) return name.replaceAll('""', '"')
  return /["=.]/.test(text) ? undefined : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
