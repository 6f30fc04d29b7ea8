import { readFileSync, type Stats, statSync } from 'node:fs'
import { platform } from 'node:os'
import { getCACertificates, type ConnectionOptions as TlsOptions } from 'node:tls'
import { type Problem, refuseProblems } from '@pgark/core'

/** libpq's parameters that name files for TLS, as options of Node's TLS. `sslrootcert=system` trusts what the operating system trusts. */
export const certificateParameters: Readonly<Record<string, (value: string) => TlsOptions>> = {
  sslrootcert: (value) => ({
    ca: value === 'system' ? getCACertificates('system') : read('sslrootcert', value),
  }),
  sslcert: (value) => ({ cert: read('sslcert', value) }),
  sslkey: (value) => ({ key: read('sslkey', value, keyProblem) }),
  sslcrl: (value) => ({ crl: read('sslcrl', value) }),
}

function read(parameter: string, file: string, check?: (file: string, stats: Stats) => Problem | undefined): string {
  let text = ''
  let problem: Problem | undefined
  try {
    text = readFileSync(file, 'utf8')
    problem = check?.(file, statSync(file))
  } catch {
    problem = { message: `The file of the connection parameter ${parameter} cannot be read.`, hint: `check ${file}` }
  }
  if (problem) refuseProblems([problem])
  return text
}

/** As libpq: nobody else may read a key, except the group of one that is root's. */
function keyProblem(file: string, { mode, uid }: Stats): Problem | undefined {
  const isOpen = platform() !== 'win32' && (mode & (uid === 0 ? 0o027 : 0o077)) !== 0
  if (!isOpen) return undefined
  return { message: 'The file of the connection parameter sslkey can be read by others.', hint: `chmod 0600 ${file}` }
}
