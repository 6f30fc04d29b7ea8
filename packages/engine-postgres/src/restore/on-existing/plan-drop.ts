import { type Finding, formatNumberOf } from '@pgark/core'
import type pg from 'pg'
import type { CatalogueObject, ExistingObject } from '../parallel/existing-objects.ts'
import { refusal } from '../target-checks/target-check.ts'
import { type DescribedObject, describeObjects } from './describe-objects.ts'
import { dropStatements } from './drop-statements.ts'
import { keptFindings, withoutKept } from './kept-entries.ts'
import { membershipsOf } from './memberships.ts'
import type { PlanOrProblems } from './plan.ts'
import type { Existing } from './plan-existing.ts'
import { slotProblems } from './slot-problems.ts'
import { dependentsOf, dependsOn, keyOf, type WhatGoes, whatGoes } from './what-goes.ts'

/** Oid of pg_type, the same in every database. */
const typeCatalogue = '1247'
const partOf = /[aiPS]/
const withoutWhole = /[iPe]/
/** They hold something of their own, whatever they go with. */
const told = /[rpfvm]/

/**
 * What was asked for is dropped and made anew. A schema only goes where everything in it does, and what is there of that which the
 * asked for merely needs is left as it is.
 */
export async function planDrop(client: pg.ClientBase, existing: Existing): Promise<PlanOrProblems> {
  const { entries, asked, memberships, encoding, database, how } = existing
  const found = await resolved(client, existing.found)
  const isSchema = ({ entry }: ExistingObject) => entry.description === 'SCHEMA'
  const objects = found.filter((object) => asked.has(object.entry) && !isSchema(object))
  const emptied = await emptiedSchemas(client, found.filter(isSchema), await whatGoes(client, objects))
  const roots = [...objects, ...emptied]
  const goes = await whatGoes(client, roots)

  const covered = new Set(found.map(keyOf))
  const beside = await besides(client, goes, covered)
  const above = await dependsOn(client, roots)
  const parts = partsOf(goes, above)
  const stuck = stuckIn(goes, above)
  const tops = await describeObjects(client, [
    ...new Map(roots.filter((root) => !parts.has(keyOf(root))).map((root) => [keyOf(root), root])).values(),
  ])
  const kept = new Set(found.filter((object) => !goes.has(object)).map(({ entry }) => entry))
  const left = withoutKept(entries, kept, () => true)
  const { restored, lost } = await membershipsOf(client, goes, left, memberships, encoding)
  const lines = [
    ...tops.map(({ text }) => text),
    ...[...beside, ...lost].map(({ text }) => `${text}, which is not restored`),
  ]
  return {
    problems: [
      ...(how === 'drop' ? inTheWay(beside, database) : []),
      ...(await stuckProblems(client, stuck, database)),
      ...(await slotProblems(client, objects, database)),
    ],
    plan: {
      entries: [...left, ...restored.filter((entry) => !left.includes(entry))],
      destruction:
        tops.length > 0
          ? {
              locked: tops.filter(({ type }) => type === 'table').map(({ identity }) => identity),
              statements: dropStatements(tops),
              isAsFound: async (again) => isSame(goes, await whatGoes(again, roots)),
            }
          : undefined,
      question:
        lines.length > 0 ? { action: `drop ${formatNumberOf(lines.length, 'object')}`, objects: lines } : undefined,
      findings: keptFindings(kept, existing.encoding),
      keepsRows: false,
      keepsTables: false,
      keptSequences: new Set(),
    },
  }
}

/** The type of a table's rows goes by its table, the relation of a composite type by its type. */
async function resolved(client: pg.ClientBase, found: readonly ExistingObject[]): Promise<ExistingObject[]> {
  const above = await dependsOn(client, found)
  const wholes = new Map(
    above
      .filter(({ dependent, on, type }) => type === 'i' && on.subId === 0 && [dependent, on].some(isType))
      .map(({ dependent, on }) => [keyOf(dependent), on]),
  )
  return found.map((object) => ({ ...object, ...wholes.get(keyOf(object)) }))
}

const isType = ({ classId }: CatalogueObject) => classId === typeCatalogue

/** Schemas in which nothing is left. */
async function emptiedSchemas(
  client: pg.ClientBase,
  schemas: readonly ExistingObject[],
  goes: WhatGoes,
): Promise<ExistingObject[]> {
  const inThem = await dependentsOf(client, schemas)
  const held = new Set(
    inThem.filter(({ dependent, type }) => type === 'n' && !goes.has(dependent)).map(({ on }) => keyOf(on)),
  )
  return schemas.filter((schema) => !held.has(keyOf(schema)))
}

/** What goes too and is not made anew: all that only CASCADE drops, and tables or views that go with others. */
async function besides(
  client: pg.ClientBase,
  goes: WhatGoes,
  covered: ReadonlySet<string>,
): Promise<DescribedObject[]> {
  // A column may be found to go before its view is.
  const found = goes.byCascade.filter((object) => object.subId === 0 || !goes.has({ ...object, subId: 0 }))
  const parts = partsOf(goes, await dependsOn(client, found))
  const byCascade = new Set(found.map(keyOf).filter((key) => !parts.has(key)))
  const described = await describeObjects(
    client,
    goes.objects.filter((object) => !covered.has(keyOf(object))),
  )
  return described.filter((object) => byCascade.has(keyOf(object)) || told.test(object.kind ?? ''))
}

/** Those that go with something else that goes. */
const partsOf = (goes: WhatGoes, above: Awaited<ReturnType<typeof dependsOn>>) =>
  new Set(above.filter(({ on, type }) => partOf.test(type) && goes.has(on)).map(({ dependent }) => keyOf(dependent)))

/** Those that belong to what stays. What a partition has because its table does goes with the partition, too. */
function stuckIn(goes: WhatGoes, above: Awaited<ReturnType<typeof dependsOn>>) {
  const ofPartitions = new Set(
    above.filter(({ on, type }) => type === 'S' && goes.has(on)).map(({ dependent }) => keyOf(dependent)),
  )
  return above.filter(
    ({ dependent, on, type }) =>
      withoutWhole.test(type) && !goes.has(on) && !(type === 'P' && ofPartitions.has(keyOf(dependent))),
  )
}

const inTheWay = (beside: readonly DescribedObject[], database: string): Finding[] =>
  refusal(
    'REFUSED.DEPENDENTS',
    beside.map(({ text }) => text),
    (names) => `${names}: depends on what would be dropped in ${database}, and is not restored; nothing was changed.`,
    'have it dropped too (--on-existing drop-cascade), or keep what is there (append, truncate)',
  )

async function stuckProblems(
  client: pg.ClientBase,
  stuck: Awaited<ReturnType<typeof dependsOn>>,
  database: string,
): Promise<Finding[]> {
  const names = await describeObjects(
    client,
    stuck.flatMap(({ dependent, on }) => [dependent, on]),
  )
  return refusal(
    'REFUSED.DEPENDENTS',
    stuck.map((_, at) => `${names[2 * at]?.text} (of ${names[2 * at + 1]?.text})`),
    (parts) => `${parts}: cannot be dropped without what it belongs to in ${database}; nothing was changed.`,
    'rename or drop it by hand',
  )
}

const isSame = (one: WhatGoes, other: WhatGoes) =>
  one.objects.length === other.objects.length && one.objects.every((object) => other.has(object))
