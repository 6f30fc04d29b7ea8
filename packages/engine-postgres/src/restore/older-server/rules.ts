import type { Rule } from './rule.ts'
import { columnCompression, numericScale, storageParameters, virtualColumns } from './rules/columns.ts'
import {
  exclusionOfPartitions,
  notEnforced,
  notValidKeyOfPartitions,
  nullsNotDistinct,
  setOfColumns,
  temporalKeys,
} from './rules/constraints.ts'
import { loginTriggers, outArguments, sqlBodies } from './rules/functions.ts'
import {
  commentOnDomainNotNull,
  commentOnNotNull,
  inheritedNotNull,
  nameOfNotNull,
  notInheritedNotNull,
  notValidNotNull,
} from './rules/not-null.ts'
import { defaultsOfLargeObjects, maintain } from './rules/privileges.ts'
import {
  accessMethodOfPartitions,
  brinClasses,
  identityOfPartitions,
  loggingOfIdentities,
  securityInvoker,
  statisticsOfExpressions,
  unloggedSequences,
} from './rules/relations.ts'
import {
  publishedColumns,
  publishedGeneratedColumns,
  publishedSchemas,
  rowFilters,
  subscriptions,
} from './rules/replication.ts'
import {
  builtinCollations,
  collationRules,
  multirangeOfRange,
  multiranges,
  subscript,
  unicodeFast,
} from './rules/types.ts'

/** All that dumps of newer servers say and older ones do not understand, as far as it is known by its words. docs/older-servers.md lists the same. */
export const rules: readonly Rule[] = [
  columnCompression,
  multirangeOfRange,
  multiranges,
  subscript,
  sqlBodies,
  outArguments,
  statisticsOfExpressions,
  brinClasses,
  nullsNotDistinct,
  setOfColumns,
  numericScale,
  securityInvoker,
  unloggedSequences,
  loggingOfIdentities,
  rowFilters,
  publishedColumns,
  publishedSchemas,
  ...subscriptions,
  collationRules,
  builtinCollations,
  loginTriggers,
  exclusionOfPartitions,
  identityOfPartitions,
  accessMethodOfPartitions,
  maintain,
  commentOnDomainNotNull,
  virtualColumns,
  temporalKeys,
  notEnforced,
  notValidKeyOfPartitions,
  publishedGeneratedColumns,
  unicodeFast,
  storageParameters,
  defaultsOfLargeObjects,
  notInheritedNotNull,
  inheritedNotNull,
  nameOfNotNull,
  notValidNotNull,
  commentOnNotNull,
]
