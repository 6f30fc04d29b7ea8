import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { type OrmAdapter, PgarkError } from '@pgark/core'
import { isOfTypeORM, type TypeOrmDataSource } from './data-source.ts'
import { adapterOf, type FromTypeORMOptions } from './from-typeorm.ts'
import { tellableCause } from './tellable-cause.ts'

/**
 * The DataSource that a module exports, by default or under any name, as TypeORM's own command takes it: `dist/data-source.js`.
 * CommonJS or ESM. The module is run, here and now, and may read the environment.
 *
 * Throws `USAGE.ORM` where there is no such file, it cannot be loaded, or it does not export exactly one DataSource.
 */
export function fromTypeORMFile(file: string, options: FromTypeORMOptions = {}): OrmAdapter {
  return adapterOfFile(file, path.resolve(file), options)
}

/** @param resolved the file, absolute; messages have it as it was given */
export function adapterOfFile(file: string, resolved: string, options: FromTypeORMOptions = {}): OrmAdapter {
  const found = new Set(exportsOf(resolved, file).filter((value) => isOfTypeORM(value, 'DataSource')))
  const [dataSource, ...others] = found
  if (dataSource === undefined || others.length > 0) {
    throw new PgarkError(
      'USAGE.ORM',
      `${file} exports ${dataSource ? `${found.size} DataSources` : 'no DataSource'}.`,
      {
        hint: 'export exactly one DataSource, by default or under any name, as TypeORM’s own command asks for it',
      },
    )
  }
  return adapterOf(dataSource as TypeOrmDataSource, options, file)
}

function exportsOf(resolved: string, file: string): unknown[] {
  if (!existsSync(resolved)) {
    throw new PgarkError('USAGE.ORM', `There is no ${file}: looked for ${resolved}.`, {
      hint: 'give the compiled module with the DataSource, as dist/data-source.js',
    })
  }
  const loaded = load(resolved, file)
  // `module.exports = dataSource` is the DataSource itself.
  return [loaded, ...(typeof loaded === 'object' && loaded !== null ? Object.values(loaded) : [])]
}

function load(resolved: string, file: string): unknown {
  try {
    return createRequire(resolved)(resolved)
  } catch (error) {
    const { code } = error as { code?: unknown }
    const hint = hints[String(code)] ?? (error instanceof SyntaxError ? compile : 'see what the module needs')
    throw new PgarkError('USAGE.ORM', `${file} cannot be loaded: ${tellableCause(error)}`, { hint })
  }
}

const compile = 'give compiled JavaScript: decorators, and TypeScript beyond types, are not read'
const hints: Readonly<Record<string, string>> = {
  ERR_REQUIRE_ASYNC_MODULE: 'export the DataSource without await at the top of a module, also in those that it imports',
  ERR_UNKNOWN_FILE_EXTENSION: compile,
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: compile,
  ERR_INVALID_TYPESCRIPT_SYNTAX: compile,
}
