import type pg from 'pg'

/** The first bytes of this many objects are fetched together: most large objects are small, and round trips are what costs. */
const headCount = 64
const headBytes = 16 * 1024
/** What does not end within its first bytes is read on in pieces of this size. */
const pieceBytes = 512 * 1024

export interface LargeObjectContent {
  readonly oid: string
  /** In pieces, none of them empty; to be read before the next object is asked for. */
  readonly content: AsyncGenerator<Buffer>
}

/** The contents of large objects, in order, with few round trips and at most about 1 MB in memory. */
export async function* readLargeObjects(
  client: pg.ClientBase,
  oids: readonly string[],
): AsyncGenerator<LargeObjectContent> {
  for (let at = 0; at < oids.length; at += headCount) {
    const { rows } = await client.query(
      'SELECT oid::int8::text AS oid, lo_get(oid, 0, $2) AS data FROM unnest($1::oid[]) WITH ORDINALITY AS l (oid, i) ORDER BY i',
      [oids.slice(at, at + headCount), headBytes],
    )
    for (const { oid, data } of rows as { oid: string; data: Buffer }[])
      yield { oid, content: readOn(client, oid, data) }
  }
}

async function* readOn(client: pg.ClientBase, oid: string, head: Buffer): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  let offset = head.length
  for (let length = head.length === headBytes ? pieceBytes : 0; length === pieceBytes; ) {
    const { rows } = await client.query('SELECT lo_get($1::oid, $2::int8, $3::int4) AS data', [oid, offset, pieceBytes])
    const piece: Buffer = rows[0].data
    if (piece.length > 0) yield piece
    length = piece.length
    offset += length
  }
}
