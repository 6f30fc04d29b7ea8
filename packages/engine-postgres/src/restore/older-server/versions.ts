import type { ArchiveHeader } from '@pgark/pg-archive'

/** Major versions; those that are not known are left out. */
export interface Versions {
  /** Of the server that was dumped. */
  readonly source: number | undefined
  /** Of the pg_dump that wrote it down, which may be newer. */
  readonly pgDump: number | undefined
  /** Of the server that is restored into. */
  readonly target: number
}

export const majorOf = ({ versionNum }: { readonly versionNum: number }) => Math.floor(versionNum / 10_000)

/** Of an archive that is restored into a server. */
export const versionsOf = (
  { serverVersion, pgDumpVersion }: Pick<ArchiveHeader, 'serverVersion' | 'pgDumpVersion'>,
  target: { readonly versionNum: number },
): Versions => ({ source: majorIn(serverVersion), pgDump: majorIn(pgDumpVersion), target: majorOf(target) })

/** `17.5 (Debian 17.5-1)` is 17. */
export function majorIn(version: string | undefined): number | undefined {
  const major = Number.parseInt(version ?? '', 10)
  return Number.isNaN(major) ? undefined : major
}
