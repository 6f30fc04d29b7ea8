import { didYouMean, PgarkError, type Problem, refuseProblems } from '@pgark/core'
import { optionNames, optionProblems } from './option-problems.ts'
import type { S3Options } from './s3-options.ts'

const secrets = ['credentials', 'accessKeyId', 'secretAccessKey', 'sessionToken']
const notInUrls = new Set(['bucket', 'prefix', 'client', ...secrets])
const known = optionNames.filter((name) => !notInUrls.has(name))
const flags = new Set(['forcePathStyle'])
const numbers = new Set(['partSizeBytes', 'concurrency', 'maxParts', 'maxAttempts', 'timeoutMs'])

/**
 * The options in `s3://bucket/prefix?region=…&endpoint=…`; every option that is no secret may be there, tags as `tags=team=shop,kind=daily`.
 * Throws `USAGE.OPTIONS` with all problems at once.
 */
export function optionsOfUrl(url: string): S3Options {
  const [, host, path = '', query = ''] = /^s3:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(url) ?? []
  if (host === undefined) throw new PgarkError('USAGE.OPTIONS', 'Expected a URL like s3://bucket/prefix?region=….')
  const problems: Problem[] = []
  if (host.includes('@')) problems.push({ message: 'A URL never holds credentials.', hint: credentialsHint })
  const options: Record<string, unknown> = { bucket: host.slice(host.indexOf('@') + 1) }
  const prefix = decoded(path)
  if (prefix === undefined) problems.push({ message: 'The prefix is not percent-encoded as a URL is.' })
  else if (prefix !== '') options.prefix = prefix
  for (const [name, value] of new URLSearchParams(query)) {
    if (secrets.includes(name)) problems.push({ message: `A URL never holds ${name}.`, hint: credentialsHint })
    else if (!known.includes(name)) {
      const hint = didYouMean(name, known)
      problems.push({ message: `Unknown option ${name} in a URL of S3.`, ...(hint && { hint }) })
    } else if (name in options) problems.push({ message: `Option ${name} is given twice.` })
    else options[name] = parsed(name, value)
  }
  refuseProblems([...problems, ...optionProblems(options)])
  return options as unknown as S3Options
}

const credentialsHint = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE'

/** What is no number or no flag stays text, which the check of the options refuses. */
function parsed(name: string, value: string): unknown {
  if (numbers.has(name)) return /^\d+$/.test(value) ? Number(value) : value
  if (flags.has(name)) return value === 'true' ? true : value === 'false' ? false : value
  if (name !== 'tags') return value
  const pairs = value.split(',').map((pair) => pair.split('='))
  return pairs.every((pair) => pair.length === 2) ? Object.fromEntries(pairs) : value
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
