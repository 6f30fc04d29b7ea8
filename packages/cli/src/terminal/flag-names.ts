const kebab = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
const flagOf: Readonly<Record<string, string>> = {
  schemas: '--schema',
  tables: '--table',
  excludeSchemas: '--exclude-schema',
  excludeTables: '--exclude-table',
  overwrite: '--force',
  chunkSizeBytes: '--chunk-size',
  jobs: '--jobs',
  sections: '--section',
  keepWithinMs: '--keep-within',
  incompleteAfterMs: '--incomplete-after',
  count: '--count',
  filters: '--where',
  notValid: 'not-valid',
}
/** Options whose names are no words of English. */
const option =
  /\b(excludeSchemas|excludeTables|excludeTableData|schemaOnly|dataOnly|noOwner|noPrivileges|onOrphans|filterValues|createDatabase|intoNew|singleTransaction|disableTriggers|dryRun|chunkSizeBytes|keepLast|keepHourly|keepDaily|keepWeekly|keepMonthly|keepYearly|keepWithinMs|keepMetadata|minKeep|groupBy|timeZone|incompleteAfterMs|metaCommands|blankLines)\b/g
/** Those that are, only where a message speaks of the option. */
const ofOption =
  /(?<=\b(?:of|in|pattern) )(schemas|tables|sections|filters)(?=\.|$| )|\bjobs(?= has no meaning)|\bfilters(?= have no meaning)|(?<=meaning without )filters|(?<=--on-orphans )notValid|\bsections(?= and)|\bcount(?= to be complete)/g

/** The library's words for its options, as the flags by which they were given; but for those that were given otherwise. */
export function withFlagNames(text: string, otherwise: readonly string[] = []): string {
  const flag = (name: string, without: string) => (otherwise.includes(name) ? name : (flagOf[name] ?? without))
  return text
    .replace(option, (name) => flag(name, kebab(name)))
    .replace(ofOption, (name) => flag(name, name))
    .replace('--where have', '--where has')
}
