/** The last comment of a plain script that pgark wrote: without it the script was cut. */
export const completionMarker = '-- pgark: backup complete'

/** The comments by which a plain script says that it is whole; the second is pg_dump's. */
export const completionMarkers: ReadonlySet<string> = new Set([
  completionMarker,
  '-- PostgreSQL database dump complete',
])
