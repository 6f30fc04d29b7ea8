import { didYouMean, type Problem, refuseProblems } from '@pgark/core'
import type { PostgresOptions } from '../options.ts'
import { certificateParameters } from './certificate-files.ts'
import { type ConnectionParameters, readConnectionString } from './connection-string.ts'
import { parameters, passedOver } from './parameters.ts'
import { defaultServiceFiles, readService } from './service-file.ts'

/** What a connection string says; what it leaves out is undefined. */
export type ConnectionTarget = Omit<PostgresOptions, 'connectionString' | 'orm'>

export interface TargetDefaults {
  /** libpq's parameters for what neither the string nor its service says. Never asked for by the library itself. */
  readonly parameters?: ConnectionParameters
  /** Where to look for services. Default `~/.pg_service.conf`, then the system's. */
  readonly serviceFiles?: readonly string[]
}

/**
 * Reads a URL or a libpq keyword string, with the files that it names. What the string says wins over its service, which wins over
 * the defaults. Throws `USAGE.OPTIONS` with all problems at once; never repeats the string, it may hold a password.
 */
export function parseTarget(target: string, defaults: TargetDefaults = {}): ConnectionTarget {
  const given = merged(readConnectionString(target), defaults)
  const problems: Problem[] = []
  const parsed: ConnectionTarget = {}
  for (const [name, value] of Object.entries(given)) {
    const { accepts, assign } = parameters[name] ?? {}
    const certificate = Object.hasOwn(certificateParameters, name) ? certificateParameters[name] : undefined
    if (certificate) gather(problems, () => (parsed.tls = { ...parsed.tls, ...certificate(value) }))
    else if (accepts && assign) {
      if (accepts(value)) assign(parsed, value)
      else problems.push({ message: `The connection parameter ${name} has a value that it cannot have.` })
    } else if (!passedOver.has(name)) {
      const hint = didYouMean(name, [...Object.keys(parameters), ...Object.keys(certificateParameters)])
      problems.push({ message: `Unknown connection parameter ${name}.`, ...(hint && { hint }) })
    }
  }
  problems.push(...systemRootProblems(given))
  if (given.sslrootcert === 'system') parsed.sslMode = 'verify-full'
  refuseProblems(problems)
  return parsed
}

function merged(
  { service, servicefile, ...given }: ConnectionParameters,
  defaults: TargetDefaults,
): ConnectionParameters {
  const { service: defaultService, ...rest } = defaults.parameters ?? {}
  const name = service ?? defaultService
  const files = servicefile === undefined ? (defaults.serviceFiles ?? defaultServiceFiles()) : [servicefile]
  const own = { ...(name !== undefined && readService(name, files)), ...given }
  const isHidden = (parameter: string) =>
    // An address belongs to its host: it must not lead somewhere else than the host that is given here.
    (parameter === 'hostaddr' && own.host !== undefined) ||
    // These say the mode, too.
    (parameter === 'sslmode' && (own.sslrootcert === 'system' || own.ssl !== undefined))
  const others = Object.entries(rest).filter(([parameter]) => !isHidden(parameter))
  return { ...Object.fromEntries(others), ...own }
}

/** As libpq: everybody has a certificate that the system trusts, so that trust without the name is none. */
function* systemRootProblems({ sslrootcert, sslmode = 'verify-full' }: ConnectionParameters): Iterable<Problem> {
  if (sslrootcert === 'system' && sslmode !== 'verify-full') {
    yield {
      message: 'sslrootcert=system needs sslmode=verify-full.',
      hint: 'leave sslmode out, or set it to verify-full',
    }
  }
}

function gather(problems: Problem[], work: () => void): void {
  try {
    work()
  } catch (error) {
    const { meta } = error as { meta?: { problems?: Problem[] } }
    if (!meta?.problems) throw error
    problems.push(...meta.problems)
  }
}
