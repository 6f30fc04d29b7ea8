import { type Scenario, secrets, source } from './scenario.ts'

/** Patterns and options that are wrong. */
export const badCalls: Scenario[] = [
  {
    name: 'a pattern that matches nothing',
    exitCode: 2,
    says: /USAGE\.SELECTION.*\bcadrs\b/,
    prepare: ({ url }) => ({
      args: ['backup', url(source), '--to', 'a.sql', '--table', 'cadrs', '--schema', 'nowhere'],
    }),
  },
  {
    name: 'contradictory and unknown options',
    exitCode: 2,
    says: /USAGE\.OPTIONS/,
    prepare: ({ url }) => ({
      args: [
        'backup',
        url(source),
        '--to',
        url(source),
        '--schema-only',
        '--data-only',
        `--pasword=${secrets.password}`,
      ],
    }),
  },
  {
    name: 'a connection string that cannot be read',
    exitCode: 2,
    says: /USAGE\.OPTIONS/,
    prepare: () => ({
      args: ['backup', `postgres://app:${secrets.password}@[::bad/shop?prt=1&sslmode=never`, '--to', 'a.sql'],
    }),
  },
  {
    name: 'metadata that no backup has',
    exitCode: 2,
    says: /USAGE\.OPTIONS.*tiket/,
    leaves: ['a.sql', 'a.sql.json'],
    async prepare({ backup }) {
      await backup('a.sql', ['--metadata', 'ticket=PROJ-1'])
      return { args: ['list', '.', '--metadata', 'tiket=1'] }
    },
  },
]
