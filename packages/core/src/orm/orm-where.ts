import { type OrmWhere, whereMarker } from '../contracts/orm.ts'

/** For adapters: the condition that their `where()` was given, for `filters` of a backup. */
export const ormWhere = (orm: string, condition: unknown): OrmWhere =>
  Object.freeze({ [whereMarker]: true as const, orm, condition })

export const isOrmWhere = (value: unknown): value is OrmWhere =>
  typeof value === 'object' && value !== null && (value as Partial<OrmWhere>)[whereMarker] === true
