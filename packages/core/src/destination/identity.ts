import type { Exporter } from '../contracts/exporter.ts'

/** What tells the place of an exporter from others, or one backup of it where `id` is given. */
export function identityOf({ identity, location }: Exporter, id?: string): string {
  const place = identity ?? location
  return id === undefined ? place : `${place.replace(/\/$/, '')}/${id}`
}

/** What is said after the locations of those that share one, so that people can tell them apart. */
export function suffixes(exporters: readonly Exporter[]): ReadonlyMap<Exporter, string> {
  const named = Map.groupBy(exporters, ({ location }) => location)
  const isShared = ({ location, identity }: Exporter) =>
    named.get(location)?.some((other) => other.identity !== identity) === true
  const sharing = exporters.filter((each) => each.identity !== undefined && isShared(each))
  return new Map(sharing.map((each) => [each, ` (${each.identity})`]))
}
