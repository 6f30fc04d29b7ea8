import { createRequire } from 'node:module'
import path from 'node:path'
import { wrongOrm } from '../wrong-orm.ts'

/** What the adapter takes from a config file of Prisma. Paths are whole. */
export interface PrismaConfig {
  readonly file: string
  readonly url: string | undefined
  readonly schema: string | undefined
  readonly migrations: string | undefined
}

/**
 * Runs a config file and takes what it exports by default. It is the application's own, and may read the environment; nothing loads
 * `.env` for it. Throws `USAGE.ORM`.
 */
export function loadConfig(file: string): PrismaConfig {
  const exported = withDefault(run(file))
  if (!isRecord(exported)) {
    throw wrongOrm(`${file} exports no config by default.`, 'export default defineConfig({ datasource: { url: … } })')
  }
  const { datasource, schema, migrations } = exported
  const folder = path.dirname(file)
  const pathOf = (value: unknown) =>
    typeof value === 'string' && value !== '' ? path.resolve(folder, value) : undefined
  const url = isRecord(datasource) ? datasource.url : undefined
  return {
    file,
    url: typeof url === 'string' && url !== '' ? url : undefined,
    schema: pathOf(schema),
    migrations: isRecord(migrations) ? pathOf(migrations.path) : undefined,
  }
}

function run(file: string): unknown {
  try {
    // Takes ES modules, and from Node 22.18 on TypeScript too.
    return createRequire(file)(file)
  } catch (error) {
    throw refusal(file, error)
  }
}

/** Messages of the file itself may quote a URL: only what is known to quote none is passed on. */
function refusal(file: string, error: unknown) {
  const { name, message, code } = (error instanceof Error ? error : new Error()) as NodeJS.ErrnoException
  const [, variable] = /environment variable: ([^\s.]+)\.?$/.exec(message) ?? []
  if (name === 'PrismaConfigEnvError' && variable !== undefined) {
    return wrongOrm(
      `The environment variable ${variable}, which ${file} asks for, is not set.`,
      `set ${variable}; Prisma 7 loads no .env file by itself: run node --env-file=.env, or import 'dotenv/config' in the config file. Where the database is named otherwise, any value will do`,
    )
  }
  // Before Node 22.18 the types are wrong syntax.
  const isTyped = name === 'SyntaxError' && /\.[cm]?ts$/.test(file)
  const known = isRelative(message)
    ? noSuchFile
    : typeof code === 'string'
      ? reasons[code]
      : isTyped
        ? wrongSyntax
        : undefined
  if (known) return wrongOrm(`${file} cannot be loaded: ${known.reason}.`, known.hint)
  return wrongOrm(
    `${file} cannot be loaded (${typeof code === 'string' ? code : name}).`,
    'run npx prisma validate to see why; with fromPrisma(), connection and schema can be given instead',
  )
}

const typeScript = 'use Node 22.18 or later, or write the config file in JavaScript'
/** Of an import that is not found: Node tells packages and files apart by how it writes them. */
const isRelative = (message: string) => /^Cannot find module '(\.|\/|[a-z]:[\\/]|file:)/i.test(message)
const noSuchFile = {
  reason: 'a file that it imports is not there',
  hint: "write the extension, as Node wants it: import { url } from './env.ts'",
}
const wrongSyntax = { reason: 'its syntax is wrong, or this Node does not run TypeScript', hint: typeScript }
const reasons: Readonly<Record<string, { reason: string; hint: string }>> = {
  ERR_REQUIRE_ASYNC_MODULE: {
    reason: 'it, or a module that it imports, uses await at its top',
    hint: 'do without await at the top of the config file',
  },
  ERR_UNKNOWN_FILE_EXTENSION: { reason: 'this Node does not run TypeScript', hint: typeScript },
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: {
    reason: 'it has TypeScript that cannot be run by taking the types away',
    hint: 'do without enums, namespaces and parameter properties in the config file',
  },
  MODULE_NOT_FOUND: { reason: 'a module that it imports is not installed', hint: 'install what it imports' },
  ERR_MODULE_NOT_FOUND: { reason: 'a module that it imports is not installed', hint: 'install what it imports' },
}

/** From an ES module, or from CommonJS that was made from one. */
function withDefault(exported: unknown): unknown {
  const inner = isRecord(exported) && 'default' in exported ? exported.default : exported
  return isRecord(inner) && 'default' in inner && isRecord(inner.default) ? inner.default : inner
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
