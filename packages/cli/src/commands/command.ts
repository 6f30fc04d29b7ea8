import { didYouMean, formatNumberOf, type Problem, refuseProblems } from '@pgark/core'
import { Command } from 'commander'
import { loadEnvFiles } from '../arguments/env-files.ts'
import { openConfig } from '../config/open-config.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { noPlugins, type Plugins, pluginsWith } from '../plugins/plugins.ts'
import { expandNames, type Names } from './expand-names.ts'

/** Flags that every command has. */
export interface CommonFlags {
  json?: true
  quiet?: true
  verbose?: true
  debug?: true
  color?: boolean
  envFile?: string[]
  /** Commander turns `--no-config` into `config: false`. */
  config?: string | false
  plugin?: Plugins
}

export const repeatable = (value: string, before: string[] | undefined) => [...(before ?? []), value]
const plugin = (name: string, { names, folders }: Plugins = noPlugins) => ({ names: [...names, name], folders })

/** A command with the common flags. Unknown options and surplus arguments are gathered and reported together by `checked`. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .allowUnknownOption()
    .allowExcessArguments()
    .option('--json', 'print events as JSON lines on stdout, the result last')
    .option('--quiet', 'print errors only')
    .option('--verbose', 'print statements and decisions')
    .option('--debug', 'print stack traces')
    .option('--color', 'colours, also where output is no terminal')
    .option('--no-color', 'no colours')
    .option('--env-file <file>', 'read variables from this file instead of .env (repeatable)', repeatable)
    .option('--config <file>', 'the config file; default pgark.config.ts, .mts, .js, .mjs or .json, here or above')
    .option('--no-config', 'without a config file')
    .option(
      '--plugin <package>',
      'a package, or the path of a module, for further kinds of destinations (repeatable)',
      plugin,
    )
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
}

/** What was given, with the places of destinations in place of their names. */
export interface CommandLine<Flags> {
  readonly flags: Flags
  readonly operands: readonly string[]
  readonly config: ProjectConfig
}

export interface Checks<Flags> {
  /** How many there may be. */
  readonly arguments: number
  /** Which of them, and which flags, may name destinations of the config. */
  readonly names?: Names<Flags>
  /** What can be told at once. There are no arguments where an unknown option leaves open what they are. */
  problems(flags: Flags, operands: readonly string[] | undefined, config: ProjectConfig): Iterable<Problem>
  /** What the library says to the rest; asked only when something is wrong already, so that all of it is told. */
  moreProblems?(
    flags: Flags,
    operands: readonly string[] | undefined,
    config: ProjectConfig,
  ): Promise<Iterable<Problem>>
}

/**
 * Reads a command line's flags and arguments, with the variables of `--env-file` and the config file, throwing every problem with it at
 * once: of the config file first, without which nobody knows what names mean.
 */
export async function checked<Flags extends CommonFlags>(
  parsed: Command,
  checks: Checks<Flags>,
): Promise<CommandLine<Flags>> {
  const before = parsed.opts<Flags>()
  loadEnvFiles(before.envFile)
  const config = await openConfig(before.config, { env: process.env })
  const known = parsed.options.flatMap(({ long }) => long ?? [])
  const isOption = (argument: string) => argument.startsWith('-') && argument !== '-'
  const unknown = parsed.args.filter(isOption)
  const operands = parsed.args.filter((argument) => !isOption(argument))
  const problems: Problem[] = unknown.map((argument) => {
    const [option = ''] = argument.split('=')
    const hint = didYouMean(option, known)
    return { message: `Unknown option ${option} of pgark ${parsed.name()}.`, ...(hint && { hint }) }
  })
  const expanded = expandNames(before, operands, checks.names, config)
  const flags = { ...expanded.flags, plugin: pluginsWith(before.plugin, config) }
  // What follows an unknown option may be its value.
  const certain = unknown.length === 0 ? expanded.operands : undefined
  if (certain && certain.length > checks.arguments) {
    problems.push({
      message: `Expected at most ${formatNumberOf(checks.arguments, 'argument')}, got ${certain.length}.`,
      hint: `see pgark ${parsed.name()} --help`,
    })
  }
  if (flags.quiet && flags.verbose) problems.push({ message: '--quiet and --verbose exclude each other.' })
  problems.push(...expanded.problems, ...checks.problems(flags, certain, config))
  if (problems.length > 0) {
    refuseProblems([...problems, ...((await checks.moreProblems?.(flags, certain, config)) ?? [])])
  }
  if (!flags.quiet && !flags.json) for (const notice of expanded.notices) process.stderr.write(`${notice}\n`)
  if (flags.color !== undefined) {
    delete process.env.NO_COLOR
    delete process.env.FORCE_COLOR
    process.env[flags.color ? 'FORCE_COLOR' : 'NO_COLOR'] = '1'
  }
  return { flags, operands: expanded.operands, config }
}
