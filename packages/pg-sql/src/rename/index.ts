export { openRenamer, type Renamer } from './open-renamer.ts'
export type { NameKind, NewName, RenamedSql, RenameNote, RenamePlan } from './plan.ts'
export { SqlRenameError } from './rename-error.ts'
