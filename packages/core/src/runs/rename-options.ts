import type { Renames } from '../contracts/shaping.ts'
import type { Problem } from '../errors/problems.ts'
import { isObject } from './check-call.ts'

interface RenameOptions {
  renameSchemas?: Readonly<Record<string, string>>
  renameTables?: Readonly<Record<string, string>>
}

const optionNames = ['renameSchemas', 'renameTables'] as const
/** NAMEDATALEN - 1: a longer name would be cut by the server, perhaps to one that is there already. */
const maxNameBytes = 63

/** New names that cannot be names. */
export function* renameProblems(options: RenameOptions): Iterable<Problem> {
  for (const option of optionNames) {
    const names: unknown = options[option]
    if (names === undefined) continue
    if (!isObject(names) || Array.isArray(names)) {
      yield { message: `Expected ${option} to be an object: new names by old ones.` }
      continue
    }
    for (const [from, to] of Object.entries(names)) yield* nameProblems(option, from, to)
  }
}

function* nameProblems(option: string, from: string, to: unknown): Iterable<Problem> {
  if (from === '') yield { message: `An empty name in ${option}.` }
  else if (typeof to !== 'string') yield { message: `Expected ${option} to give ${from} a new name.` }
  else if (to === '') yield { message: `Expected ${option} to give ${from} a new name, got an empty one.` }
  else if (to.includes('\0')) yield { message: `The new name of ${from} in ${option} contains a NUL character.` }
  else if (Buffer.byteLength(to) > maxNameBytes) {
    yield {
      message: `The new name of ${from} in ${option} has ${Buffer.byteLength(to)} bytes; a name has at most ${maxNameBytes}.`,
    }
  }
}

export const renamesOf = ({ renameSchemas = {}, renameTables = {} }: RenameOptions): Renames => ({
  schemas: renameSchemas,
  tables: renameTables,
})
