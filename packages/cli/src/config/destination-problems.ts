import { file, type Problem, pruneProblems, type RetentionRules } from '@pgark/core'
import { schemeOf, urlProblems } from '../arguments/destination-url.ts'
import type { DestinationConfig } from './define-config.ts'
import { placeOf } from './place-of.ts'
import { expected, type Fields, isFlag, isRecord, keyProblems, under } from './values.ts'

const known = Object.keys({
  url: true,
  options: true,
  retention: true,
  prune: true,
} satisfies Record<keyof DestinationConfig, true>)

export function* destinationProblems(path: string, value: unknown, folder: string): Iterable<Problem> {
  if (path.endsWith('.latest')) {
    const hint = '<destination>/latest is its newest backup'
    yield { message: `${path}: No destination can be called latest.`, hint }
  }
  if (isRecord(value)) {
    yield* keyProblems(path, value, known)
    yield* urlOf(`${path}.url`, value.url, value.options, folder)
    yield* optionProblems(path, value)
    yield* retentionProblems(path, value)
  } else yield* urlOf(path, value, undefined, folder)
}

function* urlOf(path: string, url: unknown, options: unknown, folder: string): Iterable<Problem> {
  if (url === undefined) return
  if (typeof url !== 'string') yield expected(path, 'a URL or a folder', url)
  else if (url === '-') yield { message: `${path}: Standard output is for --to, not for a config file.` }
  else {
    const parameters = isRecord(options) ? (options as DestinationConfig['options']) : undefined
    const place = placeOf(url, parameters, folder)
    yield* urlProblems(`${path}: It`, place)
    if (parameters && Object.keys(parameters).length > 0 && url !== '' && schemeOf(url) === undefined)
      yield { message: `${path}: A folder has no options.` }
  }
}

function* optionProblems(path: string, { options }: Fields): Iterable<Problem> {
  if (options === undefined) return
  if (!isRecord(options)) yield expected(`${path}.options`, 'an object', options)
  else {
    for (const [name, value] of Object.entries(options)) {
      if (!['string', 'number', 'boolean'].includes(typeof value))
        yield expected(`${path}.options.${name}`, 'text, a number or true or false', value)
    }
  }
}

/** What a call may have that is no rule. */
const ofCalls = ['from', 'signal', 'onEvent', 'log']

function* retentionProblems(path: string, { retention, prune }: Fields): Iterable<Problem> {
  if (!isFlag(prune)) yield expected(`${path}.prune`, 'true or false', prune)
  if (retention === undefined) {
    if (prune === true) yield { message: `${path}.prune: By which rules? There is no retention.` }
  } else if (!isRecord(retention)) yield expected(`${path}.retention`, 'an object with rules', retention)
  else {
    const rules = Object.entries(retention).filter(([name]) => !ofCalls.includes(name))
    yield* keyProblems(
      `${path}.retention`,
      retention,
      rules.map(([name]) => name),
    )
    const options: RetentionRules = Object.fromEntries(rules)
    yield* under(`${path}.retention`, pruneProblems({ ...options, from: file('backups') }))
  }
}
