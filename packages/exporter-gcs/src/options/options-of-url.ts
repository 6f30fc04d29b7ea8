import { didYouMean, type Problem, refuseProblems } from '@pgark/core'
import type { GcsOptions } from './gcs-options.ts'
import { optionProblems } from './resolve-options.ts'

const texts = ['keyFile', 'apiEndpoint', 'storageClass', 'kmsKeyName']
const numbers = ['chunkSizeBytes', 'maxAttempts', 'retryDelayMs', 'timeoutMs']
const secrets = ['credentials', 'accessToken']

/** Options of `gs://bucket/prefix?storageClass=…`. Throws `USAGE.OPTIONS` with everything that is wrong with it. */
export function optionsOfUrl(given: string): GcsOptions {
  // The URL itself is not repeated in any message: it may contain what it must not.
  if (!URL.canParse(given) || !given.startsWith('gs://')) {
    refuseProblems([{ message: 'Expected a URL like gs://bucket/prefix.' }])
  }
  const url = new URL(given)
  const problems = [...urlProblems(url)]
  const { prefix, problem } = prefixOf(url)
  if (problem) problems.push(problem)
  const options: Record<string, unknown> = { bucket: url.hostname, ...(prefix && { prefix }) }
  for (const [name, value] of url.searchParams) {
    if (texts.includes(name)) options[name] = value
    else if (numbers.includes(name)) options[name] = /^\d+$/.test(value) ? Number(value) : value
  }
  // Whatever a URL says is checked as options are.
  refuseProblems([...problems, ...optionProblems(options as unknown as GcsOptions)])
  return options as unknown as GcsOptions
}

function* urlProblems({ username, password, port, hash, searchParams }: URL): Iterable<Problem> {
  const hint = 'use Application Default Credentials, or name a file: ?keyFile=…'
  if (username || password) yield { message: 'Credentials are no part of a gs:// URL.', hint }
  if (port) yield { message: 'A gs:// URL has no port.', hint: 'another server is ?apiEndpoint=http://…' }
  if (hash) yield { message: 'A # ends a URL.', hint: 'write %23 for one in the prefix' }
  const known = [...texts, ...numbers]
  for (const name of new Set(searchParams.keys())) {
    if (secrets.includes(name)) yield { message: `The option ${name} is no part of a gs:// URL.`, hint }
    else if (!known.includes(name)) {
      const near = didYouMean(name, known)
      yield { message: `Unknown option ${name} of a gs:// URL.`, ...(near && { hint: near }) }
    }
  }
}

function prefixOf({ pathname }: URL): { prefix: string; problem?: Problem } {
  try {
    return { prefix: decodeURIComponent(pathname.slice(1)) }
  } catch {
    return {
      prefix: '',
      problem: { message: 'The prefix of a gs:// URL has a % that begins no character.', hint: 'write %25' },
    }
  }
}
