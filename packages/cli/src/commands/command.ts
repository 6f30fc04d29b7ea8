import { didYouMean, type Problem, refuseProblems } from '@pgark/core'
import { Command } from 'commander'
import { loadEnvFiles } from '../arguments/env-files.ts'

/** Flags that every command has. */
export interface CommonFlags {
  json?: true
  quiet?: true
  verbose?: true
  debug?: true
  color?: boolean
  envFile?: string[]
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
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
}

/**
 * Reads a command line's flags and arguments, throwing every problem with it at once. `problems` gets no arguments where an
 * unknown option leaves open what they are.
 */
export function checked<Flags extends CommonFlags>(
  parsed: Command,
  parameters: {
    arguments: number
    problems: (flags: Flags, operands: readonly string[] | undefined) => Iterable<Problem>
  },
): { flags: Flags; operands: readonly string[] } {
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
  if (unknown.length === 0 && operands.length > parameters.arguments) {
    problems.push({
      message: `Expected at most ${parameters.arguments} argument, got ${operands.length}.`,
      hint: `see pgark ${parsed.name()} --help`,
    })
  }
  if (flags.quiet && flags.verbose) problems.push({ message: '--quiet and --verbose exclude each other.' })
  refuseProblems([...problems, ...parameters.problems(flags, unknown.length === 0 ? operands : undefined)])
  if (flags.color !== undefined) {
    delete process.env.NO_COLOR
    delete process.env.FORCE_COLOR
    process.env[flags.color ? 'FORCE_COLOR' : 'NO_COLOR'] = '1'
  }
  loadEnvFiles(flags.envFile)
  return { flags, operands }
}
