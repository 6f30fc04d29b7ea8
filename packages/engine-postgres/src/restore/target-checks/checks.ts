import { collations } from './collations.ts'
import { createRights } from './create-rights.ts'
import { existingObjects } from './existing-objects.ts'
import { extensionPlaces } from './extension-places.ts'
import { lockSpace } from './lock-space.ts'
import { missingExtensions } from './missing-extensions.ts'
import { olderServer } from './older-server.ts'
import { roles } from './roles.ts'
import { settings } from './settings.ts'
import { tablespaces } from './tablespaces.ts'
import type { TargetCheck } from './target-check.ts'

/** What a server has or lacks, whichever of its databases is asked. */
export const serverChecks: readonly TargetCheck[] = [
  olderServer,
  missingExtensions,
  roles,
  tablespaces,
  collations,
  settings,
  lockSpace,
]

/** What one database has or lacks, whatever is in the way there. */
export const placeChecks: readonly TargetCheck[] = [createRights, extensionPlaces]

/** What is or may be in one database. */
export const databaseChecks: readonly TargetCheck[] = [existingObjects, ...placeChecks]
