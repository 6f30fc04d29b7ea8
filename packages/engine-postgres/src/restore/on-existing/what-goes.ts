import type pg from 'pg'
import type { CatalogueObject } from '../parallel/existing-objects.ts'

/** What a DROP of some objects destroys. */
export interface WhatGoes {
  has(object: CatalogueObject): boolean
  /** All of it, those objects first. */
  readonly objects: readonly CatalogueObject[]
  /** What only CASCADE destroys. */
  readonly byCascade: readonly CatalogueObject[]
}

interface Dependency {
  readonly dependent: CatalogueObject
  readonly on: CatalogueObject
  readonly type: string
}

// a: goes with it; i, P, S: is a part of it; e: a member of an extension; x: goes with an extension; n: is in its way.
// https://www.postgresql.org/docs/current/catalog-pg-depend.html
const normal = 'n'
/** Who is reached through a part goes as a whole. */
const wholes = ['i', 'P', 'e']

const columns = `
  SELECT d.classid::text AS "classId", d.objid::text AS "objectId", d.objsubid AS "subId",
         d.refclassid::text AS "onClassId", d.refobjid::text AS "onObjectId", d.refobjsubid AS "onSubId", d.deptype::text AS type
  FROM unnest($1::oid[], $2::oid[], $3::int[]) AS o (class, id, sub) JOIN pg_depend d ON `
const dependentsSql = `${columns} d.refclassid = o.class AND d.refobjid = o.id AND (o.sub = 0 OR d.refobjsubid = o.sub)`
const dependsSql = `${columns} d.classid = o.class AND d.objid = o.id AND d.objsubid = o.sub`

export const keyOf = ({ classId, objectId, subId }: CatalogueObject) => `${classId} ${objectId} ${subId}`

/** Follows the server's own notes of what depends on what, as DROP … CASCADE does. */
export async function whatGoes(client: pg.ClientBase, roots: readonly CatalogueObject[]): Promise<WhatGoes> {
  const gone = new Map<string, CatalogueObject>()
  const byCascade: CatalogueObject[] = []
  const has = (object: CatalogueObject) => gone.has(keyOf(object)) || gone.has(keyOf({ ...object, subId: 0 }))
  let waiting: CatalogueObject[] = []
  let next = [...roots]
  while (next.length > 0) {
    for (const object of next) gone.set(keyOf(object), object)
    const found = await dependencies(client, dependentsSql, next)
    waiting.push(...found.filter(({ type }) => type === normal).map(({ dependent }) => dependent))
    next = distinct(found.filter(({ type }) => type !== normal).map(({ dependent }) => dependent)).filter(
      (object) => !has(object),
    )
    if (next.length > 0) continue
    // Only when all that goes anyway is known is the rest in the way.
    next = distinct(
      await wholesOf(
        client,
        distinct(waiting).filter((object) => !has(object)),
      ),
    ).filter((object) => !has(object))
    byCascade.push(...next)
    waiting = []
  }
  return { has, objects: [...gone.values()], byCascade }
}

/** What these objects are parts or members of; themselves where they are of nothing. */
async function wholesOf(client: pg.ClientBase, objects: readonly CatalogueObject[]): Promise<CatalogueObject[]> {
  const whole: CatalogueObject[] = []
  let parts = [...objects]
  while (parts.length > 0) {
    const above = (await dependsOn(client, parts)).filter(({ type }) => wholes.includes(type))
    const withWholes = new Set(above.map(({ dependent }) => keyOf(dependent)))
    whole.push(...parts.filter((part) => !withWholes.has(keyOf(part))))
    parts = distinct(above.map(({ on }) => on))
  }
  return whole
}

/** What these objects depend on. */
export const dependsOn = (client: pg.ClientBase, objects: readonly CatalogueObject[]) =>
  dependencies(client, dependsSql, objects)

/** What depends on these objects. */
export const dependentsOf = (client: pg.ClientBase, objects: readonly CatalogueObject[]) =>
  dependencies(client, dependentsSql, objects)

async function dependencies(
  client: pg.ClientBase,
  sql: string,
  objects: readonly CatalogueObject[],
): Promise<Dependency[]> {
  if (objects.length === 0) return []
  const { rows } = await client.query(sql, [
    objects.map(({ classId }) => classId),
    objects.map(({ objectId }) => objectId),
    objects.map(({ subId }) => subId),
  ])
  return rows.map(({ classId, objectId, subId, onClassId, onObjectId, onSubId, type }) => ({
    dependent: { classId, objectId, subId },
    on: { classId: onClassId, objectId: onObjectId, subId: onSubId },
    type,
  }))
}

const distinct = (objects: readonly CatalogueObject[]) => [
  ...new Map(objects.map((object) => [keyOf(object), object])).values(),
]
