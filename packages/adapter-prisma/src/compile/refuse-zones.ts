import type { PslField, PslModel } from '../psl/schema.ts'
import { referencesIn } from './field-reference.ts'
import type { ArgumentType } from './recorder.ts'
import { wrongCondition } from './wrong-condition.ts'

// What some comparisons mean depends on the time zone of the session, and a backup is read in UTC. Instants are put right where they
// are given (session-zone.ts); what cannot be is refused, as it would choose other rows than Prisma does.

const inSql = 'give a condition as sql`…`, with the time zone that is meant'

/** Throws `USAGE.FILTER` where a field is compared in such a way. */
export function refuseZones(
  { name }: PslModel,
  field: PslField,
  value: unknown,
  models: ReadonlyMap<string, PslModel>,
): void {
  if (field.type !== 'DateTime') return
  const which = `${field.name} of ${name}`
  const references = referencesIn(value)
  for (const reference of references) {
    const other = models.get(reference.modelName)?.fields.find((each) => each.name === reference.name)
    if (!other || typeOf(other) === typeOf(field)) continue
    throw wrongCondition(
      `A condition compares ${which}, a ${typeOf(field)}, with ${other.name}, a ${typeOf(other)}: what that means depends on the time zone of the session.`,
      inSql,
    )
  }
  const isHas = typeof value === 'object' && value !== null && 'has' in value && references.length === 0
  // Prisma does not tell the driver their type; beside hasSome and hasEvery they have a zone.
  if (!isHas || !field.isList || (typeOf(field) !== 'Timestamptz' && typeOf(field) !== 'Timetz')) return
  throw wrongCondition(
    `A condition with has on ${which}, a list of ${typeOf(field)}, means what the time zone of the session says.`,
    typeOf(field) === 'Timestamptz' ? 'use hasSome with the one value, which is an instant there' : inSql,
  )
}

/** Throws `USAGE.FILTER` for times with a zone: which one Prisma means changes with the session, and with summer. */
export function refuseTimetz(model: string, types: readonly ArgumentType[]): void {
  if (!types.some(({ dbType }) => dbType === 'TIMETZ')) return
  throw wrongCondition(
    `The condition on ${model} compares a Timetz with a value: what that means depends on the time zone of the session.`,
    inSql,
  )
}

/** As `@db` says it. */
const typeOf = ({ nativeType }: PslField) => nativeType ?? 'Timestamp'
