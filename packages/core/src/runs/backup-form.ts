import type { Compression } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import { singleFileFormat } from '../destination/single-file.ts'
import type { Problem } from '../errors/problems.ts'
import type { BackupOptions } from './backup-options.ts'

/** What the bytes of a backup are, at every one of its destinations. */
export interface BackupForm {
  readonly format: string
  readonly compression: Compression
}

/**
 * What was asked for and the names of files come to. A backup is read and written once, so that all destinations must come to the same.
 *
 * @param formats of the engine, the default first
 */
export function backupForm(
  options: BackupOptions,
  destinations: readonly Exporter[],
  formats: readonly string[],
): { form: BackupForm; problems: readonly Problem[] } {
  const forms = destinations.map((to) => formAt(to, options, formats))
  const problems = destinations.flatMap((to, index) => [...misfits(to.objectKey, forms[index])])
  const form = forms[0] ?? formAt(undefined, options, formats)
  if (problems.length > 0) return { form, problems }
  const tell = (what: string, kindOf: (form: BackupForm) => string) => {
    if (new Set(forms.map(kindOf)).size < 2) return false
    const each = destinations.map(({ location }, index) => `${kindOf(forms[index] ?? form)} for ${location}`)
    problems.push({
      message: `All destinations get the same bytes, but their ${what} would differ: ${each.join(', ')}.`,
      hint: `choose one ${what} for all of them, or name only folders, or files with the same ending`,
    })
    return true
  }
  if (!tell('format', ({ format }) => format)) tell('compression', ({ compression }) => compression.codec)
  return { form, problems }
}

function formAt(to: Exporter | undefined, options: BackupOptions, formats: readonly string[]): BackupForm {
  const isFile = to?.objectKey !== undefined
  const named = namedFormat(to?.objectKey)
  const asked = typeof options.compression === 'string' ? { codec: options.compression } : options.compression
  return {
    format: options.format ?? named?.format ?? (isFile ? 'plain' : formats[0]) ?? 'plain',
    compression: asked ?? { codec: named?.codec ?? (isFile ? 'none' : 'zstd') },
  }
}

function* misfits(objectKey: string | undefined, form: BackupForm | undefined): Iterable<Problem> {
  if (objectKey === undefined || !form) return
  const { format, compression } = form
  const named = namedFormat(objectKey)
  if (named && format !== named.format) {
    yield { message: `The format ${format} does not go into a file named ${objectKey}.` }
  }
  if (format === 'directory') {
    yield { message: `The format directory has many files, ${objectKey} is one.`, hint: 'name a folder' }
  }
  if (named && format === 'plain' && compression.codec !== named.codec) {
    yield {
      message: `${compression.codec} does not go into a file named ${objectKey}.`,
      hint: 'name it .sql, .sql.gz or .sql.zst',
    }
  }
}

const namedFormat = (objectKey: string | undefined) =>
  objectKey === undefined ? undefined : singleFileFormat(objectKey)
