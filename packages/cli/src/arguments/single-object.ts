import { type Exporter, identityOf } from '@pgark/core'

/** One object of a place as a destination of its own: a backup that is one file, with its manifest beside it. */
export function singleObject(place: Exporter, objectKey: string): Exporter {
  const { probe, removeStrays } = place
  return {
    specVersion: 1,
    name: place.name,
    location: `${place.location.replace(/\/$/, '')}/${objectKey}`,
    identity: identityOf(place, objectKey),
    capabilities: { ...place.capabilities, compose: false },
    objectKey,
    write: place.write.bind(place),
    read: place.read.bind(place),
    stat: place.stat.bind(place),
    list: place.list.bind(place),
    remove: place.remove.bind(place),
    close: place.close.bind(place),
    ...(removeStrays && { removeStrays: removeStrays.bind(place) }),
    ...(probe && { probe: probe.bind(place) }),
  }
}
