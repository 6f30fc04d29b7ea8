import { existsSync } from 'node:fs'
import path from 'node:path'
import { didYouMean, type Problem } from '@pgark/core'
import { schemeOf } from '../arguments/destination-url.ts'
import { latestOf } from '../arguments/latest.ts'
import { isName, splitName } from './names.ts'
import { configTitle, type ProjectConfig } from './project-config.ts'

/** What an argument or flag names: a destination, a backup in one, or either. */
export type Named = 'destination' | 'backup' | 'either'

export interface Expanded {
  readonly text: string
  readonly problems: readonly Problem[]
  /** What somebody may have meant who has a folder of that name, too. */
  readonly notice?: string
}

/**
 * A place or reference, with the name of a destination before its first `/` put for where that is. What begins with `./` or `/` or is a
 * URL never is a name. A word that is neither a name nor something that is there is refused, as far as there are names at all: a
 * misspelt one must not become a folder.
 */
export function expandName(text: string, named: Named, config: ProjectConfig): Expanded {
  const { name, rest } = splitName(text)
  const destination = config.destinations.get(name)
  const entry = `destinations.${name}`
  if (!destination) return { text, problems: [...unknownProblems(text, named, config)] }
  if (destination.place === undefined) return { text, problems: [notSet(entry, config)] }
  if (rest === undefined && named === 'backup') {
    const hint = `write ${name}/latest or ${name}/<id>, or ./${name} for what is here`
    return { text, problems: [{ message: `${name} is a destination of ${configTitle(config)}, not a backup.`, hint }] }
  }
  const isHereToo = existsSync(name)
  return {
    text: rest === undefined ? destination.place : within(destination.place, rest),
    problems: [],
    ...(isHereToo && { notice: `${name} is the destination of ${configTitle(config)}; ./${name} is what is here` }),
  }
}

/** A place or backup within a place: `s3://bucket/shop/latest?region=y` of `s3://bucket/shop/?region=y`. */
function within(place: string, rest: string): string {
  if (schemeOf(place) === undefined) return path.join(place, rest)
  const [, address = '', query = ''] = /^([^?#]*)(.*)$/s.exec(place) ?? []
  return `${address.replace(/\/*$/, '/')}${rest}${query}`
}

function* unknownProblems(text: string, named: Named, config: ProjectConfig): Iterable<Problem> {
  if (named === 'backup' || config.destinations.size === 0) return
  if (!isName(text) || latestOf(text) || existsSync(text)) return
  const hint = didYouMean(text, config.destinations.keys())
  yield {
    message: `${text} is no destination of ${configTitle(config)}, and nothing of that name is here.`,
    hint: `${hint ? `${hint} ` : ''}for a new folder write ./${text}`,
  }
}

/** The problem with a name whose value is not there, mostly because a variable is not set. */
export const notSet = (entry: string, config: ProjectConfig): Problem => ({
  message: `${entry} is not set in ${configTitle(config)}.`,
  hint: 'is the environment variable set that it is taken from?',
})
