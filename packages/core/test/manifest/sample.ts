import type { Contents, Manifest } from '../../src/index.ts'

const digest = '0123456789abcdef'.repeat(2)
const sha256 = 'ab'.repeat(32)

export const sampleContents: Contents = {
  contentsVersion: 1,
  source: { database: 'shop', serverVersion: '16.14', encoding: 'UTF8' },
  snapshot: { time: '2026-11-20T10:00:00.000000Z', lsn: '0/1A2B3C4' },
  tables: [
    {
      schema: 'public',
      name: 'orders',
      rows: 3,
      bytes: 120,
      digest,
      columns: ['id', 'total'],
      object: 'backup.sql.zst',
    },
    {
      schema: 'public',
      name: 'moods_1',
      rows: 2,
      bytes: 20,
      digest,
      columns: ['mood'],
      object: 'backup.sql.zst',
      loadInto: { schema: 'public', name: 'moods' },
    },
  ],
  sequences: [{ schema: 'public', name: 'orders_id_seq', lastValue: '9223372036854775807', isCalled: true }],
  largeObjects: { count: 1, bytes: 10, digest },
  refreshed: [{ schema: 'public', name: 'totals' }],
  lockEstimate: 12,
  requirements: {
    extensions: ['hstore'],
    roles: [{ name: 'app', use: 'owner', isOfLargeObject: false }],
    tablespaces: ['fast'],
    collations: [{ schema: 'pg_catalog', name: 'de-x-icu' }],
    icuVersion: '153.14',
    schemas: ['public'],
    creates: {
      schemas: ['app'],
      relations: [{ schema: 'public', name: 'orders' }],
      types: [{ schema: 'app', name: 'mood' }],
    },
  },
  selection: { schemas: ['public'], noOwner: true },
}

/** A manifest of a single file, as it is in JSON. */
export const sampleManifest: Manifest = {
  manifestVersion: 1,
  requires: [],
  id: 'shop-20261120T100000Z-0a1b',
  tool: { name: 'pgark', version: '0.0.0' },
  source: sampleContents.source,
  snapshot: sampleContents.snapshot,
  startedAt: '2026-11-20T09:59:59.000Z',
  finishedAt: '2026-11-20T10:00:01.000Z',
  format: 'plain',
  compression: 'zstd',
  encryption: 'none',
  metadata: { purpose: 'test' },
  totals: { tables: 2, rows: 5, sizeBytes: 100 },
  objects: [{ key: 'shop.sql.zst', sizeBytes: 100, sha256 }],
  contents: sampleContents,
}

/** The same in a folder, where the contents are an object of their own. */
export const folderManifest: Manifest = {
  ...sampleManifest,
  objects: [{ key: `${sampleManifest.id}/backup.sql.zst`, sizeBytes: 100, sha256 }],
  contents: { key: `${sampleManifest.id}/contents.json`, sizeBytes: 1000, sha256 },
}

/** Every place in a value, as the keys that lead there. */
export function* placesIn(value: unknown, path: string[] = []): Generator<string[]> {
  if (path.length > 0) yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) yield* placesIn(child, [...path, key])
}

/** A copy with the value at that place changed, or taken away where `change` answers undefined. */
export function altered(value: unknown, [key = '', ...rest]: readonly string[], change: () => unknown): unknown {
  const copy: unknown = structuredClone(value)
  if (typeof copy !== 'object' || copy === null) throw new Error(`there is no ${key}`)
  const object = copy as Record<string, unknown>
  if (rest.length > 0) object[key] = altered(object[key], rest, change)
  else {
    const changed = change()
    if (changed !== undefined) object[key] = changed
    else if (Array.isArray(object)) object.splice(Number(key), 1)
    else delete object[key]
  }
  return object
}
