import { hasContainerEngine } from '@pgark/test-servers'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    hasContainerEngine: boolean
  }
}

/** Once for all oracle tests, before the first: looks for a container engine, and says what is not run without one. */
export default async function setup({ provide }: TestProject): Promise<void> {
  const isThere = await hasContainerEngine()
  provide('hasContainerEngine', isThere)
  if (!isThere)
    console.log('Not run here, where no container engine answers: the oracle tests of exporter-s3 against MinIO.')
}
