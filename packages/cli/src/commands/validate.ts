import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import type { ProjectConfig } from '../config/project-config.ts'
import { checked, command } from './command.ts'
import { type PlannedFlags, plannedProblems, withPlanned } from './planned-flags.ts'

export type ValidateFlags = PlannedFlags

export function validateCommand(): Command {
  const created = command('validate', 'Have the server check filters. Reads no rows, writes nothing.', [
    "pgark validate postgres://app@db/shop --where 'orders: total > 100'",
    `pgark validate --where "orders: created_at > now() - interval '30 days'" --where 'customers: active'   # DATABASE_URL`,
    'pgark validate --backup nightly   # the filters of the config file',
  ])
  return withPlanned(created).action(async (...args) => {
    const { flags, operands, config } = await checked<ValidateFlags>(args.at(-1), { arguments: 1, problems })
    const { runValidate } = await import('./run-validate.ts')
    await runValidate(flags, operands[0], config)
  })
}

function* problems(
  flags: ValidateFlags,
  operands: readonly string[] | undefined,
  config: ProjectConfig,
): Iterable<Problem> {
  if (!flags.where) yield* missingProblems(flags, config)
  yield* plannedProblems(flags, operands, config)
}

function* missingProblems({ backup: name }: ValidateFlags, { backups }: ProjectConfig): Iterable<Problem> {
  const example = "for example --where 'orders: total > 100'"
  if (name === undefined) {
    const filtered = [...backups].find(([, { filters }]) => filters)?.[0]
    const hint = filtered === undefined ? example : `${example}, or --backup ${filtered} for those of the config file`
    yield { message: 'Which filters? --where is missing.', hint }
  } else if (backups.has(name) && Object.keys(backups.get(name)?.filters ?? {}).length === 0) {
    yield { message: `Which filters? backups.${name} has none, and --where is missing.`, hint: example }
  }
}
