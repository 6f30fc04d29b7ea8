import type pg from 'pg'

/** The first bytes of this many objects are fetched together: most large objects are small, and round trips are what costs. */
const headCount = 64
const headBytes = 16 * 1024
/** What does not end within its first bytes is read on in pieces of this size. */
const pieceBytes = 512 * 1024

export interface LargeObjectPiece {
  readonly oid: string
  readonly offset: number
  readonly data: Buffer
}

/** The contents of large objects in pieces, in order, with few round trips and at most about 1 MB in memory. */
export async function* readLargeObjects(
  client: pg.ClientBase,
  oids: readonly string[],
): AsyncGenerator<LargeObjectPiece> {
  for (let at = 0; at < oids.length; at += headCount) {
    const { rows } = await client.query(
      'SELECT oid::int8::text AS oid, lo_get(oid, 0, $2) AS data FROM unnest($1::oid[]) WITH ORDINALITY AS l (oid, i) ORDER BY i',
      [oids.slice(at, at + headCount), headBytes],
    )
    for (const { oid, data } of rows as { oid: string; data: Buffer }[]) {
      if (data.length > 0) yield { oid, offset: 0, data }
      let offset = data.length
      for (let length = data.length === headBytes ? pieceBytes : 0; length === pieceBytes; ) {
        const next = await client.query('SELECT lo_get($1::oid, $2::int8, $3::int4) AS data', [oid, offset, pieceBytes])
        const piece: Buffer = next.rows[0].data
        if (piece.length > 0) yield { oid, offset, data: piece }
        length = piece.length
        offset += length
      }
    }
  }
}
