import { type Archive, type TocEntry, writeToc } from '../../src/index.ts'
import { tarEnd, tarMember } from '../tar-made.ts'
import type { Contents } from './sample-archive.ts'

/** The members of a tar archive, as pg_dump since 17 writes them: a list behind the large objects that it names. */
export function tarMembers(
  { header, entries }: Pick<Archive, 'header' | 'entries'>,
  contents: Contents,
): [string, Buffer][] {
  const placed = entries.map(
    (entry): TocEntry =>
      entry.data.kind === 'none' ? entry : { ...entry, data: { kind: 'file', name: `${entry.dumpId}.dat` } },
  )
  const members: [string, Buffer][] = [
    ['toc.dat', writeToc({ header: { ...header, format: 'directory' }, entries: placed })],
  ]
  for (const [dumpId, data] of contents) {
    if (Buffer.isBuffer(data)) members.push([`${dumpId}.dat`, data])
    else {
      for (const [oid, content] of data) members.push([`blob_${oid}.dat`, content])
      const list = [...data.keys()].map((oid) => `${oid} blob_${oid}.dat\n`).join('')
      members.push([`blobs_${dumpId}.toc`, Buffer.from(list)])
    }
  }
  members.push(['restore.sql', Buffer.from('-- for people\n')])
  return members
}

export const tarOf = (members: readonly (readonly [string, Buffer])[]) =>
  Buffer.concat([...members.map(([name, content]) => tarMember(name, content)), tarEnd])

export const tarArchive = (archive: Pick<Archive, 'header' | 'entries'>, contents: Contents) =>
  tarOf(tarMembers(archive, contents))
