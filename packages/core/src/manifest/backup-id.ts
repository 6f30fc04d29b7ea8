import { randomBytes } from 'node:crypto'

/** `<name>-<yyyymmddThhmmssZ>-<4 hex>`, the name percent-encoded so that it is one path segment on every destination. */
export function backupId(name: string, now: Date): string {
  const stamp = now.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
  return `${encodeName(name)}-${stamp}-${randomBytes(2).toString('hex')}`
}

const endOfId = /-\d{8}T\d{6}Z-[0-9a-f]{4}$/

/** Whether a name is one that `backupId` makes. */
export const isBackupId = (name: string) => endOfId.test(name) && name.length > '-yyyymmddThhmmssZ-hhhh'.length

/** The name, still encoded, with which an id begins. */
export const nameOf = (id: string) => id.replace(endOfId, '')

// encodeURIComponent leaves !'()*~ and leading dots alone; a dot in front would hide the file or climb a folder.
export function encodeName(name: string): string {
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  return encodeURIComponent(name)
    .replaceAll(/[!'()*~]/g, percent)
    .replace(/^\.+/, (dots) => [...dots].map(percent).join(''))
}
