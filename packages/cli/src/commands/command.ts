import { didYouMean, type Problem, refuseProblems } from '@pgark/core'
import { Command } from 'commander'
import { loadEnvFiles } from '../arguments/env-files.ts'
import { problemsOf } from '../arguments/problems-of.ts'

/** Flags that every command has. */
export interface CommonFlags {
  json?: true
  quiet?: true
  verbose?: true
  debug?: true
  color?: boolean
  envFile?: string[]
  plugin?: string[]
}

export const repeatable = (value: string, before: string[] | undefined) => [...(before ?? []), value]

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
    .option(
      '--plugin <package>',
      'a package, or the path of a module, for further kinds of destinations (repeatable)',
      repeatable,
    )
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
}

export interface CommandLine<Flags> {
  readonly flags: Flags
  readonly operands: readonly string[]
}

export interface Checks<Flags> {
  /** How many there may be. */
  readonly arguments: number
  /** What can be told at once. There are no arguments where an unknown option leaves open what they are. */
  problems(flags: Flags, operands: readonly string[] | undefined): Iterable<Problem>
  /** What the library says to the rest; asked only when something is wrong already, so that all of it is told. */
  moreProblems?(flags: Flags, operands: readonly string[] | undefined): Promise<Iterable<Problem>>
}

/** Reads a command line's flags and arguments, throwing every problem with it at once. */
export async function checked<Flags extends CommonFlags>(
  parsed: Command,
  checks: Checks<Flags>,
): Promise<CommandLine<Flags>> {
  const flags = parsed.opts<Flags>()
  const known = parsed.options.flatMap(({ long }) => long ?? [])
  const isOption = (argument: string) => argument.startsWith('-') && argument !== '-'
  const unknown = parsed.args.filter(isOption)
  const operands = parsed.args.filter((argument) => !isOption(argument))
  const problems: Problem[] = unknown.map((argument) => {
    const [option = ''] = argument.split('=')
    const hint = didYouMean(option, known)
    return { message: `Unknown option ${option} of pgark ${parsed.name()}.`, ...(hint && { hint }) }
  })
  // What follows an unknown option may be its value.
  const certain = unknown.length === 0 ? operands : undefined
  if (certain && certain.length > checks.arguments) {
    problems.push({
      message: `Expected at most ${checks.arguments} argument, got ${certain.length}.`,
      hint: `see pgark ${parsed.name()} --help`,
    })
  }
  if (flags.quiet && flags.verbose) problems.push({ message: '--quiet and --verbose exclude each other.' })
  problems.push(...checks.problems(flags, certain))
  if (problems.length > 0) {
    problems.push(...(await problemsOf(() => loadEnvFiles(flags.envFile))))
    refuseProblems([...problems, ...((await checks.moreProblems?.(flags, certain)) ?? [])])
  }
  loadEnvFiles(flags.envFile)
  if (flags.color !== undefined) {
    delete process.env.NO_COLOR
    delete process.env.FORCE_COLOR
    process.env[flags.color ? 'FORCE_COLOR' : 'NO_COLOR'] = '1'
  }
  return { flags, operands }
}
