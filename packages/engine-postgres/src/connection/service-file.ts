import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { refuseProblems } from '@pgark/core'
import type { ConnectionParameters } from './connection-string.ts'

/** Where libpq looks: the user's own file, then that of the system (Debian's, whose libpq is the one that most people have). */
export const defaultServiceFiles = (): readonly string[] => [
  path.join(homedir(), '.pg_service.conf'),
  '/etc/postgresql-common/pg_service.conf',
]

/**
 * The parameters of a service: its section in the first of the files that has one. Throws `USAGE.OPTIONS`; never repeats a line, it
 * may hold a password.
 *
 * https://www.postgresql.org/docs/current/libpq-pgservice.html
 */
export function readService(name: string, files: readonly string[]): ConnectionParameters {
  for (const file of files.filter(existsSync)) {
    const section = sections(file).get(name)
    if (section) return section
  }
  refuseProblems([
    { message: `There is no service ${name}.`, hint: `add a section [${name}] to ${files.join(' or ')}` },
  ])
  return {}
}

function sections(file: string): Map<string, ConnectionParameters> {
  const found = new Map<string, Record<string, string>>()
  let section: Record<string, string> | undefined
  for (const [index, line] of textOf(file).split('\n').entries()) {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    const header = /^\[(.*)\]$/.exec(text)?.[1]
    if (header !== undefined) {
      section = {}
      // Of two sections with one name, libpq takes the first.
      if (!found.has(header)) found.set(header, section)
      continue
    }
    const [, key, value = ''] = /^([a-z_]+)=(.*)$/s.exec(text) ?? []
    if (!section || key === undefined || key === 'service' || key === 'servicefile') {
      refuseProblems([
        { message: `Line ${index + 1} of ${file} cannot be read.`, hint: 'expected [service], then parameter=value' },
      ])
    } else if (value !== '') section[key] = value
  }
  return found
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    refuseProblems([{ message: `The service file ${file} cannot be read.`, hint: 'check its mode' }])
    return ''
  }
}
