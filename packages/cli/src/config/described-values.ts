import { resolveBackupOptions } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { standIn } from '../arguments/stand-in.ts'
import { redact } from '../terminal/redact.ts'
import type { BackupConfig } from './define-config.ts'
import { expandName } from './expand-name.ts'
import { ormConnections } from './orm-connections.ts'
import { placesOf, presetOf } from './preset-of.ts'
import type { ProjectConfig } from './project-config.ts'
import { type Fields, isRecord } from './values.ts'
import type { ReadVariables } from './watch-environment.ts'

/** One value of the configuration, as it may be printed. */
export interface DescribedValue {
  /** `backups.nightly.format`. */
  readonly path: string
  /** Null: not set. */
  readonly value: unknown
  readonly origin: 'file' | 'environment' | 'default' | 'orm'
  /** The variables that it is taken from, or made with. */
  readonly variables?: readonly string[]
  /** Where an ORM has it. */
  readonly source?: string
}

/** A value as short as `1` is part of much that was not made with it. */
const shortestPart = 3
const redacted = '[redacted]'
/** Of the options of a database; what names a file is none. */
const isSecret = (key: string) => /pass(?!file)|secret|token|key|^tls$|^ssl$/i.test(key)

/** Every value that holds, secrets redacted: what the file says, what ORMs say of databases, and the defaults of backups. */
export async function describedValues(config: ProjectConfig, read: ReadVariables): Promise<readonly DescribedValue[]> {
  const connections = await ormConnections(config)
  const ofFile = (path: string, value: unknown) => leaves(path, value).map((leaf) => withOrigin(leaf, read))
  return [
    ...[...config.databases].flatMap(([name, value]) => [
      ...ofFile(`databases.${name}`, value || undefined),
      ...connections.filter(({ path }) => path === `databases.${name}`),
    ]),
    ...[...config.destinations].flatMap(([name, { place, retention, prune }]) => [
      ...ofFile(`destinations.${name}.url`, place),
      ...(retention ? ofFile(`destinations.${name}.retention`, retention) : []),
      prune
        ? { path: `destinations.${name}.prune`, value: true, origin: 'file' as const }
        : { path: `destinations.${name}.prune`, value: false, origin: 'default' as const },
    ]),
    ...[...config.backups].flatMap(([name, backup]) => [
      ...ofFile(`backups.${name}`, { ...backup, ...shaping(backup) }),
      ...defaults(`backups.${name}`, backup, config),
    ]),
    ...(config.plugins.length > 0 ? ofFile('plugins', config.plugins) : []),
  ]
}

interface Leaf {
  readonly path: string
  readonly value: unknown
}

function leaves(path: string, value: unknown): Leaf[] {
  const key = path.slice(path.lastIndexOf('.') + 1)
  if (path.startsWith('databases.') && isSecret(key) && path.split('.').length > 2) return [{ path, value: redacted }]
  if (isRecord(value) && isAdapter(value)) return [{ path, value: value.name }]
  if (isRecord(value)) return Object.entries(value).flatMap(([name, each]) => leaves(`${path}.${name}`, each))
  return [{ path, value }]
}

/** It stands in a config file that made it itself. */
const isAdapter = ({ specVersion, models }: Fields) => specVersion === 1 && typeof models === 'function'

function withOrigin({ path, value }: Leaf, read: ReadVariables): DescribedValue {
  const texts = [value].flat().filter((each) => typeof each === 'string')
  const isMadeWith = (text: string, variable: string) =>
    text === variable || (variable.length >= shortestPart && text.includes(variable))
  const variables = [...read]
    .filter(([, of]) => of !== '' && texts.some((text) => isMadeWith(text, of)))
    .map(([name]) => name)
  const isWhole = variables.some((name) => texts.includes(read.get(name) ?? ''))
  return {
    path,
    value: printable(value),
    origin: isWhole ? 'environment' : 'file',
    ...(variables.length > 0 && { variables }),
  }
}

function printable(value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map(printable)
  return typeof value === 'function' ? '[function]' : (value ?? null)
}

/** Filters and cleaners by their names: their values may be what nobody else should see. */
function shaping({ filters, cleaners }: BackupConfig) {
  return {
    ...(filters && {
      filters: Object.fromEntries(Object.entries(filters).map(([table, filter]) => [table, nameOf(filter)])),
    }),
    ...(cleaners && { cleaners: cleaners.map(nameOf) }),
  }
}

function nameOf(plugin: unknown): string {
  if (!isRecord(plugin)) return '[query]'
  if (typeof plugin.name === 'string') return plugin.name
  return typeof plugin.orm === 'string' ? `[where of ${plugin.orm}]` : '[query]'
}

/** What holds where a backup says nothing else. */
function defaults(path: string, backup: BackupConfig, config: ProjectConfig): DescribedValue[] {
  const to = placesOf(backup, config).map((text) => standIn(expandName(text, 'destination', config).text))
  const { options } = presetOf(backup)
  const resolved = resolveBackupOptions({ ...options, engine: postgres({ user: 'nobody' }), to })
  const { codec, level } = resolved.compression
  const held: Partial<Record<keyof BackupConfig, unknown>> = {
    format: resolved.format,
    compression: level === undefined ? codec : `${codec}:${level}`,
    ...(resolved.format === 'directory' && { jobs: resolved.jobs, chunkSizeBytes: resolved.chunkBytes }),
    header: resolved.header,
    onOrphans: resolved.onOrphans,
  }
  return Object.entries(held)
    .filter(([name]) => backup[name as keyof BackupConfig] === undefined)
    .map(([name, value]) => ({ path: `${path}.${name}`, value, origin: 'default' }))
}
