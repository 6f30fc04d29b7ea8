import { didYouMean, type Problem } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { selectionError } from '../../selection/selection-error.ts'
import { encodingOf, readable } from '../parallel/in-unicode.ts'
import { type EntryLabel, itemFor, labelOf } from './entry-label.ts'

/** What people call it, where the archive has another word. */
const otherNames: Readonly<Record<string, string>> = { 'foreign-key': 'fk-constraint' }

const mostNames = 3

interface Item {
  readonly text: string
  readonly kind: string
  readonly name: RegExp
}

/** The entries of an archive that may fail, by items such as `extension:postgis` and `comment:public.*`. */
export class Allowance {
  readonly #items: readonly Item[]

  constructor(items: readonly string[]) {
    this.#items = items.map(parseItem)
  }

  get isEmpty(): boolean {
    return this.#items.length === 0
  }

  has(label: EntryLabel): boolean {
    return this.#items.some((item) => isMeant(item, label))
  }

  /** `encoding` is the archive's. */
  hasEntry(entry: TocEntry, encoding: string): boolean {
    return !this.isEmpty && this.has(labelInText(entry, encoding))
  }

  /** Throws `USAGE.SELECTION` with every item that no entry of the archive is meant by, and the closest of them. */
  requireIn(entries: readonly TocEntry[]): void {
    const encoding = encodingOf(entries)
    const labels = entries.map((entry) => labelInText(entry, encoding))
    const problems: Problem[] = this.#items
      .filter((item) => !labels.some((label) => isMeant(item, label)))
      .map((item) => {
        const hint = hintFor(item, labels)
        return { message: `Nothing in the archive matches ${item.text} of allow.`, ...(hint && { hint }) }
      })
    if (problems.length > 0) throw selectionError(problems)
  }
}

/** An item that allows exactly this entry. */
export const itemForEntry = (entry: TocEntry, encoding: string) => itemFor(labelInText(entry, encoding))

function labelInText(entry: TocEntry, encoding: string): EntryLabel {
  const { kind, schema, name } = labelOf(entry)
  return { kind, schema: readable(schema, encoding), name: readable(name, encoding) }
}

const isMeant = (item: Item, label: EntryLabel) => item.kind === label.kind && isNamed(item, label)

const isNamed = (item: Item, { schema, name }: EntryLabel) =>
  item.name.test(name) || (schema !== '' && item.name.test(`${schema}.${name}`))

/** Of another kind, or else of a similar name. */
function hintFor(item: Item, labels: readonly EntryLabel[]): string | undefined {
  const named = labels.filter((label) => isNamed(item, label))
  if (named.length > 0) return `did you mean ${named.slice(0, mostNames).map(itemFor).join(', ')}?`
  const ofKind = labels.filter(({ kind }) => kind === item.kind)
  // As they were written: with their schemas or without.
  const written = (label: EntryLabel) => itemFor(item.text.includes('.') ? label : { ...label, schema: '' })
  return didYouMean(item.text, new Set((ofKind.length > 0 ? ofKind : labels).map(written)))
}

/** Names as in patterns elsewhere: lower case, but within double quotes; `*` and `?`; a dot separates names; the schema may be left out. */
function parseItem(text: string): Item {
  const at = text.indexOf(':')
  const written = text.slice(0, at).trim().toLowerCase().replaceAll(/[ _]/g, '-')
  const pieces = [...text.slice(at + 1).matchAll(/"((?:[^"]|"")*)"|[^"]+|"/gs)].map(([piece, quoted]) =>
    quoted === undefined ? piece.replace(/./gs, wildcard) : literal(quoted.replaceAll('""', '"')),
  )
  return { text, kind: otherNames[written] ?? written, name: new RegExp(`^${pieces.join('')}$`, 's') }
}

function wildcard(character: string): string {
  if (character === '*') return '.*'
  if (character === '?') return '.'
  if (character === '.') return '[. ]'
  return literal(/[A-Z]/.test(character) ? character.toLowerCase() : character)
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
