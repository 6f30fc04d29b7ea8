import type { Problem } from '@pgark/core'
import { expandName, type Named } from '../config/expand-name.ts'
import type { ProjectConfig } from '../config/project-config.ts'

/** Where a command line may have names of destinations. */
export interface Names<Flags> {
  /** One for each argument; the last also for all that follow. */
  readonly operands?: readonly [...Named[], Named]
  readonly flags?: { readonly [Flag in keyof Flags]?: Named }
}

interface Expanded<Flags> {
  readonly flags: Flags
  readonly operands: readonly string[]
  readonly problems: readonly Problem[]
  readonly notices: readonly string[]
}

/** Flags and arguments with the places of destinations in place of their names. */
export function expandNames<Flags extends object>(
  flags: Flags,
  operands: readonly string[],
  names: Names<Flags> = {},
  config: ProjectConfig,
): Expanded<Flags> {
  const problems: Problem[] = []
  const notices: string[] = []
  const expand = (text: string, named: Named | undefined) => {
    if (named === undefined) return text
    const expanded = expandName(text, named, config)
    problems.push(...expanded.problems)
    if (expanded.notice !== undefined) notices.push(expanded.notice)
    return expanded.text
  }
  const valuesOf = (value: unknown, named: Named | undefined) => {
    if (typeof value === 'string') return expand(value, named)
    return Array.isArray(value) ? value.map((each) => expand(each, named)) : value
  }
  const places = names.operands ?? []
  return {
    flags: Object.fromEntries(
      Object.entries(flags).map(([flag, value]) => [flag, valuesOf(value, names.flags?.[flag as keyof Flags])]),
    ) as Flags,
    operands: operands.map((operand, at) => expand(operand, places[at] ?? places.at(-1))),
    problems,
    notices,
  }
}
