import { isConnectionString } from '../arguments/database-problems.ts'
import { urlProblems } from '../arguments/destination-url.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import { redact } from '../terminal/redact.ts'

/** Who is asked. */
export interface Respondent {
  ask(question: string): Promise<string>
  say(line: string): void
}

/** Asks for database, destination and retention, each again until the answer can be used, and answers the text of a config file. */
export async function askForConfig(person: Respondent): Promise<string> {
  const database = await answerTo(
    person,
    'Database: its URL without a password, or the environment variable that holds it [DATABASE_URL] ',
    'DATABASE_URL',
    databaseProblem,
  )
  const destination = await answerTo(
    person,
    'Destination: a folder, or a URL such as s3://my-backups/shop/ [./backups] ',
    './backups',
    (text) => {
      const [problem] = urlProblems('That', text)
      return problem && `${problem.message} ${problem.hint}`
    },
  )
  const keep: [rule: string, count: number][] = []
  for (const [rule, what, usual] of rules) {
    const question = `Keep how many ${what} backups? 0 for none [${usual}] `
    const count = await answerTo(person, question, usual, (text) =>
      wholeNumber(text) === undefined ? 'That is no whole number.' : undefined,
    )
    if (Number(count) > 0) keep.push([rule, Number(count)])
  }
  return configText(database, destination, keep)
}

const rules = [
  ['keepDaily', 'daily', '7'],
  ['keepWeekly', 'weekly', '4'],
  ['keepMonthly', 'monthly', '12'],
] as const

function databaseProblem(text: string): string | undefined {
  if (isVariable(text)) return undefined
  if (!isConnectionString(text)) return 'That is neither a URL nor the name of a variable.'
  return redact(text) === text ? undefined : 'A password does not belong in this file: put the URL into a variable.'
}

const isVariable = (text: string) => /^[a-z_][a-z0-9_]*$/i.test(text)

async function answerTo(
  { ask, say }: Respondent,
  question: string,
  usual: string,
  problemWith: (text: string) => string | undefined,
): Promise<string> {
  for (;;) {
    const text = (await ask(question)).trim() || usual
    const problem = problemWith(text)
    if (problem === undefined) return text
    say(problem)
  }
}

function configText(database: string, destination: string, keep: readonly (readonly [string, number])[]): string {
  const isEnv = isVariable(database)
  const retention = keep.map(([rule, count]) => `${rule}: ${count}`).join(', ')
  const options = keep.length > 0 ? `, retention: { ${retention} }` : ''
  return `import { defineConfig } from 'pgark'

export default defineConfig(${isEnv ? '({ env }) => ({' : '{'}
  databases: { main: ${isEnv ? `env.${database}` : quoted(database)} },
  destinations: { backups: { url: ${quoted(destination)}${options} } },
  backups: { nightly: { database: 'main', to: 'backups', metadata: { type: 'nightly' } } },
${isEnv ? '})' : '}'})
`
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
