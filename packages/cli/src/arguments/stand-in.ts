import { type Exporter, file } from '@pgark/core'
import { stdoutExporter } from '../terminal/stdout-exporter.ts'
import { objectKeyOf } from './destination.ts'
import { schemeOf, withoutQuery } from './destination-url.ts'

/** Stands in for a destination as long as nothing but its name is looked at: whether it is one file, and which. */
export function standIn(to: string): Exporter {
  if (to === '-') return stdoutExporter(process.stdout)
  if (schemeOf(to) === undefined) return file(to || 'dry-run.sql')
  const named = file(`/${objectKeyOf(to) ?? ''}`)
  return { ...named, location: withoutQuery(to), capabilities: { ...named.capabilities, local: false } }
}
