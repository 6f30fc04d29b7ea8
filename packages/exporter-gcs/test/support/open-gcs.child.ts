import { registerHooks } from 'node:module'

// What `open` of the contract's module needs in a process of its own: the sources of core, for there may be no build.

const core = new URL('../../../core/src/index.ts', import.meta.url).href
registerHooks({ resolve: (name, context, next) => next(name === '@pgark/core' ? core : name, context) })
const { gcs } = await import('../../src/index.ts')

const apiEndpoint = new URL(import.meta.url).searchParams.get('endpoint') ?? ''
export const open = () => gcs({ bucket: 'contract-of-child', apiEndpoint, accessToken: 'good' })
