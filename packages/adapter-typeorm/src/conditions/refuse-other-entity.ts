import type { EntityParts } from '../data-source.ts'
import { wrongCondition } from './wrong-condition.ts'

interface SchemaParts {
  readonly name: string
  readonly target?: { readonly name: string }
  readonly schema?: string
  readonly tableName?: string
}

/**
 * Throws `USAGE.FILTER` where what was given to `where()` is not the entity that its rows are asked of. Entities of several schemas
 * may have one name: what the DataSource knows itself is compared, and names only where something was loaded twice, with two classes.
 */
export function refuseOtherEntity(asked: unknown, entity: EntityParts, known: readonly EntityParts[]): void {
  const { options } = asked as { options?: SchemaParts }
  const target = options?.target ?? asked
  const meant = known.find((each) => each.target === target) ?? known.find((each) => options && isOf(options, each))
  if (meant === entity) return
  const name = meant?.name ?? options?.target?.name ?? options?.name ?? String((asked as { name?: string }).name)
  if (!meant && name === entity.name) return
  const place = meant && name === entity.name ? ` of ${meant.tablePath}, not of ${entity.tablePath}` : ''
  throw wrongCondition(
    `The where() of ${entity.name} is one for ${name}${place}.`,
    'give the condition to the entity that it is for',
  )
}

/** An EntitySchema need not be made for a class: what it says of its table is known then. */
const isOf = ({ name, schema, tableName }: SchemaParts, entity: EntityParts): boolean =>
  name === entity.name && schema === entity.schema && tableName === entity.tableName
