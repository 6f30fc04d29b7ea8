import type { RestoreSection } from '../../contracts/engine.ts'
import type { Problem } from '../../errors/problems.ts'
import { flagProblems, isObject, keyProblems, pluginProblems, textProblems } from '../check-call.ts'
import { renameProblems } from '../rename-options.ts'
import { patternLists, type RestoreOptions } from '../restore-options.ts'
import { allowProblems } from './allow-problems.ts'
import { intoNewProblems } from './into-new-problems.ts'
import { onExistingProblems } from './on-existing-problems.ts'

const flags = [
  'createDatabase',
  'intoNew',
  'singleTransaction',
  'verify',
  'definitions',
  'proof',
  'analyze',
  'unordered',
  'schemaOnly',
  'dataOnly',
  'noOwner',
  'noPrivileges',
  'dryRun',
] as const
const knownSections: readonly RestoreSection[] = ['pre-data', 'data', 'post-data']
const mostJobs = 64
const knownOptions = new Set<string>([
  ...flags,
  ...patternLists,
  'sections',
  'allow',
  'tablespace',
  'onExisting',
  'engine',
  'from',
  'id',
  'jobs',
  'role',
  'consent',
  'renameSchemas',
  'renameTables',
  'signal',
  'onEvent',
  'log',
])

/** Everything that is wrong with the options of a restore and can be told without a server; none when they are right. */
export function restoreProblems(options: RestoreOptions): readonly Problem[] {
  const problems: Problem[] = [...keyProblems(options, knownOptions)]
  if (!isObject(options)) return problems
  const from: unknown = options.from
  const isStream = isObject(from) && Symbol.asyncIterator in from
  problems.push(
    ...pluginProblems('engine', options.engine),
    ...(isStream ? [] : pluginProblems('destination', from)),
    ...flagProblems(options, flags),
    ...textProblems(options, ['id', 'role', 'tablespace']),
  )
  if (options.schemaOnly && options.dataOnly) problems.push({ message: 'schemaOnly and dataOnly exclude each other.' })
  if (options.dataOnly && options.createDatabase) {
    problems.push({
      message: 'A new database has no tables to load rows into: dataOnly and createDatabase exclude each other.',
    })
  }
  problems.push(...intoNewProblems(options))
  if (options.definitions) {
    if (options.dryRun || options.dataOnly || isStream)
      problems.push({
        message: `definitions has no meaning ${isStream ? 'for a stream, which is read once' : `with ${options.dryRun ? 'dryRun' : 'dataOnly'}`}.`,
      })
    if (typeof options.engine?.readDefinitions !== 'function') problems.push(...pluginProblems('engine', undefined))
  }
  const { jobs, sections } = options
  problems.push(...allowProblems(options.allow))
  if (options.unordered && (options.singleTransaction || isStream || jobs === 1)) {
    problems.push({
      message: 'With one connection there is one order: unordered has no meaning.',
      hint: 'several connections restore archives that can be read anywhere, without one transaction',
    })
  }
  for (const key of patternLists) {
    const list: unknown = options[key]
    if (list === undefined) continue
    if (!Array.isArray(list) || list.some((each) => typeof each !== 'string' || each === ''))
      problems.push({ message: `Expected ${key} to be a list of patterns.` })
  }
  if (sections !== undefined && !(Array.isArray(sections) && sections.every((each) => knownSections.includes(each)))) {
    problems.push({ message: `Expected sections to be a list of ${knownSections.join(', ')}.` })
  } else if (sections?.length && (options.schemaOnly || options.dataOnly)) {
    problems.push({ message: `sections and ${options.schemaOnly ? 'schemaOnly' : 'dataOnly'} exclude each other.` })
  }
  if (jobs !== undefined && (!Number.isInteger(jobs) || jobs < 1 || jobs > mostJobs))
    problems.push({ message: `Expected 1 to ${mostJobs} jobs, got ${jobs}.` })
  else if (jobs !== undefined && jobs > 1) {
    const hint = 'several connections restore archives that can be read anywhere, without one transaction'
    if (options.singleTransaction)
      problems.push({ message: 'One transaction is one connection: jobs has no meaning with singleTransaction.', hint })
    if (isStream) problems.push({ message: 'A stream is read in order: jobs has no meaning for it.', hint })
  }
  problems.push(...onExistingProblems(options, isStream), ...renameProblems(options))
  if (options.consent !== undefined && typeof (options.consent as unknown) !== 'function')
    problems.push({ message: 'Expected consent to be a function.' })
  return problems
}
