import type { Command } from 'commander'
import { urlProblems } from '../arguments/destination-url.ts'
import { type CommonFlags, checked, command } from './command.ts'

export function testCommand(): Command {
  return command(
    'test',
    'Try whether backups can be kept at a destination: write, read, list, remove a small object.',
    ['pgark test s3://my-backups/shop/', 'pgark test /backups --json'],
  )
    .usage('[options] <destination>')
    .argument('[destination]', 'a folder, or a URL such as s3://bucket/prefix')
    .action(async (...args) => {
      const { flags, operands } = await checked<CommonFlags>(args.at(-1), {
        arguments: 1,
        names: { operands: ['destination'] },
        *problems(_, operands) {
          if (operands?.length === 0) yield { message: 'Which destination? The argument is missing.' }
          yield* urlProblems('The destination', operands?.[0])
        },
      })
      const { runTest } = await import('./run-test.ts')
      await runTest(flags, operands[0] ?? '')
    })
}
