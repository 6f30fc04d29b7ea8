import { didYouMean, PgarkError } from '@pgark/core'
import { Command } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { backupCommand } from './commands/backup.ts'
import { cleanCommand } from './commands/clean.ts'
import { configCommand } from './commands/config.ts'
import { copyCommand } from './commands/copy.ts'
import { doctorCommand } from './commands/doctor.ts'
import { estimateCommand } from './commands/estimate.ts'
import { initCommand } from './commands/init.ts'
import { listCommand } from './commands/list.ts'
import { pruneCommand } from './commands/prune.ts'
import { removeCommand } from './commands/remove.ts'
import { restoreCommand } from './commands/restore.ts'
import { runCommand } from './commands/run.ts'
import { showCommand } from './commands/show.ts'
import { testCommand } from './commands/test.ts'
import { validateCommand } from './commands/validate.ts'
import { verifyCommand } from './commands/verify.ts'

const commands = [
  ...[backupCommand, restoreCommand, listCommand, showCommand, verifyCommand, doctorCommand],
  ...[validateCommand, estimateCommand, cleanCommand],
  ...[copyCommand, removeCommand, pruneCommand, testCommand],
  ...[runCommand, configCommand, initCommand],
]

const exitCodes = `
Exit codes: 0 done · 1 failed · 2 refused before starting · 3 damage or difference found · 4 done, with exceptions · 129 SIGHUP · 130 SIGINT · 143 SIGTERM`

/** The whole command line. What a command does is loaded when it runs, so that help and usage errors come at once. */
export function createProgram(): Command {
  const program = new Command('pgark')
    .description('Logical backups of PostgreSQL that are proved to restore.')
    .version(packageJson.version, '--version', 'print the version')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', exitCodes)
  for (const create of commands) {
    program.addCommand(create().exitOverride())
  }
  program.action((_, command: Command) => {
    const [name] = command.args
    if (name === undefined) return program.help({ error: true })
    if (name.startsWith('-')) {
      throw new PgarkError('USAGE.OPTIONS', `Unknown option ${name.replace(/=.*$/s, '')} before a command.`, {
        hint: 'options stand behind the command; pgark --help lists the commands',
      })
    }
    const names = program.commands.map((known) => known.name())
    const hint = didYouMean(name, names) ?? 'pgark --help lists the commands'
    throw new PgarkError('USAGE.COMMAND', `Unknown command ${name}.`, { hint })
  })
  return program.allowUnknownOption().allowExcessArguments()
}
