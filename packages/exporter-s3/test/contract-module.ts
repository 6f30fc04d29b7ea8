import { registerHooks } from 'node:module'
import { optionsFor } from './place.ts'

// A process of its own, without the aliases of the test runner: what is under test are the sources all the same.
const core = new URL('../../core/src/index.ts', import.meta.url).href
registerHooks({ resolve: (specifier, context, next) => next(specifier === '@pgark/core' ? core : specifier, context) })
const { s3 } = await import('../src/index.ts')

const endpoint = new URL(import.meta.url).searchParams.get('endpoint') ?? ''

export const open = () => s3(optionsFor(endpoint, 'shop'))
