import { platform, uptime } from 'node:os'
import { type ProcessIdentity, startOf, thisProcess } from './this-process.ts'

const partialEnding = '.pgark-partial'
/** Bytes of the final name in a temporary one; file systems allow 255 in all. */
const beginBytes = 60

/** Eight hex digits; not a secret, and a name that is taken all the same is refused when the file is opened. */
const unique = () =>
  Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')

/** Whether a file name is one that `writeAtomically` uses for what is not finished. */
export const isPartialName = (name: string) => name.endsWith(partialEnding)

/** A name for a file that is not finished, hidden, unique, and with the process that writes it. */
export async function partialName(finalName: string): Promise<string> {
  const begin = Buffer.from(finalName)
    .subarray(0, beginBytes)
    .toString()
    .replace(/\ufffd+$/, '')
  const { host, pid, boot, pidSpace, started } = await thisProcess()
  return `.${begin}@${[host, pid, boot, pidSpace, started, unique()].join('-')}${partialEnding}`
}

const owned = /@([^@]*)-(\d+)-([0-9a-f]*)-(\d*)-(\d*)-[0-9a-f]{8}\.pgark-partial$/

/** The name, as far as it is known, that an unfinished file will have. */
export const finalNameOf = (partial: string) => partial.slice(1, partial.lastIndexOf('@'))

/**
 * What became of the process that writes an unfinished file: of one of this host, as far as that can be known.
 *
 * @param modifiedAt When the file was last written.
 */
export async function writerOf(name: string, modifiedAt: Date): Promise<'lives' | 'died' | 'unknown'> {
  const owner = readOwner(name)
  const we = await thisProcess()
  if (!owner || owner.host !== we.host) return 'unknown'
  const knowsItself = platform() !== 'linux' || (we.boot !== '' && we.pidSpace !== '' && we.started !== '')
  if (!knowsItself) return 'unknown'
  if (owner.boot !== we.boot) {
    // The machine was started again, or another one has the same name. What nobody wrote since we started no such one is writing.
    const booted = Date.now() - uptime() * 1000
    return owner.boot !== '' && modifiedAt.getTime() < booted ? 'died' : 'unknown'
  }
  if (owner.pidSpace !== we.pidSpace) return 'unknown'
  const started = await startOf(owner.pid)
  if (started === undefined) return 'died'
  if (started === '' || owner.started === '') return 'unknown'
  return started === owner.started ? 'lives' : 'died'
}

function readOwner(name: string): ProcessIdentity | undefined {
  const [, host = '', pid = '', boot = '', pidSpace = '', started = ''] = owned.exec(name) ?? []
  return pid === '' ? undefined : { host, pid: Number(pid), boot, pidSpace, started }
}
