export type { TypeOrmDataSource } from './data-source.ts'
export { type FromTypeORMOptions, fromTypeORM } from './from-typeorm.ts'
export { fromTypeORMFile } from './from-typeorm-file.ts'
export { type ConditionOf, type EntityOf, type WhereOptions, where } from './where.ts'
