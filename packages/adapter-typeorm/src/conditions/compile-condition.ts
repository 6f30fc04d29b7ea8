import type { CompiledQuery } from '@pgark/core'
import type { DataSourceParts, EntityParts } from '../data-source.ts'
import { checkCondition } from './check-condition.ts'
import { withOwnOperators } from './find-operators.ts'
import { compiled, selectPrimaryKey } from './primary-key-query.ts'
import { wrongCondition } from './wrong-condition.ts'

/** The query by which `find({ where, withDeleted })` would find the rows. */
export function compileCondition(
  dataSource: DataSourceParts,
  entity: EntityParts,
  condition: unknown,
  withDeleted: boolean,
): CompiledQuery {
  checkCondition(condition, entity, dataSource)
  return compiled(entity, () => {
    const builder = dataSource.createQueryBuilder(entity.target, entity.name)
    // Tables of joins have no class: TypeORM finds them by their name, which another entity may have, too.
    if (builder.expressionMap.mainAlias?.metadata !== entity) {
      throw wrongCondition(`TypeORM knows several entities as ${entity.name}.`, 'give a condition as sql`…`')
    }
    const where = withOwnOperators(condition)
    return selectPrimaryKey(builder, entity).setFindOptions({ where, withDeleted, loadEagerRelations: false })
  })
}
