import type { TocEntry } from '@pgark/pg-archive'

/** What a user calls an entry of an archive, without quotes. */
export interface EntryLabel {
  /** As `show --toc` has it, in lower case, with dashes. */
  readonly kind: string
  /** Empty where it is in none. */
  readonly schema: string
  /** Behind a table's, after a blank, the name of what belongs to it. */
  readonly name: string
}

type Named = Pick<TocEntry, 'description' | 'schema' | 'tag'>

/** They name what they describe, or are called after, behind its kind: `COLUMN orders.id`. */
const namesKind = /^(COMMENT|SECURITY LABEL|ACL|DEFAULT ACL|USER MAPPING|CAST|TRANSFORM)$/
const leadingKind = /^[A-Z]+(?: [A-Z]+)* (?=[^A-Z])/
const describing = /^(COMMENT|SECURITY LABEL|ACL)$/
const defaultPrivileges = 'DEFAULT PRIVILEGES FOR '

export function labelOf({ description = '', schema = '', tag = '' }: Named): EntryLabel {
  const name = namesKind.test(description) ? withoutKind(description, tag) : tag
  return { kind: description.toLowerCase().replaceAll(' ', '-'), schema, name }
}

function withoutKind(description: string, tag: string): string {
  if (description === 'DEFAULT ACL') return tag.replace(defaultPrivileges, '').toLowerCase()
  const name = tag.replace(leadingKind, '')
  if (description === 'USER MAPPING') return name.replace(/ SERVER (?=[^ ]+$)/, ' ')
  if (!describing.test(description)) return name
  // What belongs to a table stands before it here, and behind it everywhere else.
  const [, own, table] = /^(.+) ON (?:DOMAIN )?(.+)$/s.exec(name) ?? []
  return unquoted(own === undefined ? name : `${table} ${own}`)
}

const unquoted = (text: string) =>
  text.replace(/"((?:[^"]|"")*)"/g, (_, quoted: string) => quoted.replaceAll('""', '"'))

/** How an item of `allow` names exactly this. */
export function itemFor({ kind, schema, name }: EntryLabel): string {
  const whole = schema ? `${schema}.${name}` : name
  if (/[A-Z"*?]/.test(whole)) return `${kind}:"${whole.replaceAll('"', '""')}"`
  return `${kind}:${name.includes('(') ? whole : whole.replaceAll(' ', '.')}`
}
