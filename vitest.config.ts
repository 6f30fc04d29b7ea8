import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (entry: string) => fileURLToPath(new URL(entry, import.meta.url))

/** Tests run against the sources; only the command's own tests (e2e) run what was built. */
const alias = {
  // Parts of a package before the package itself, whose name they begin with.
  '@pgark/core/testing': source('packages/core/src/testing/index.ts'),
  '@pgark/core': source('packages/core/src/index.ts'),
  '@pgark/pg-sql/rename': source('packages/pg-sql/src/rename/index.ts'),
  '@pgark/pg-sql': source('packages/pg-sql/src/index.ts'),
  '@pgark/pg-archive': source('packages/pg-archive/src/index.ts'),
  '@pgark/engine-postgres': source('packages/engine-postgres/src/index.ts'),
  '@pgark/filters': source('packages/filters/src/index.ts'),
  '@pgark/cleaner': source('packages/cleaner/src/index.ts'),
  '@pgark/adapter-prisma': source('packages/adapter-prisma/src/index.ts'),
  '@pgark/exporter-gcs': source('packages/exporter-gcs/src/index.ts'),
  '@pgark/adapter-typeorm': source('packages/adapter-typeorm/src/index.ts'),
  '@pgark/exporter-s3': source('packages/exporter-s3/src/index.ts'),
  '@pgark/test-servers': source('tooling/test-servers/src/index.ts'),
}
const project = (
  name: string,
  include: string[],
  exclude: string[] = [],
  timeoutMs = 120_000,
  globalSetup: string[] = [],
) => ({
  resolve: { alias },
  test: {
    name,
    include,
    globalSetup,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
  },
})

export default defineConfig({
  test: {
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      exclude: ['packages/*/src/index.ts'],
      reporter: ['json-summary', 'html', ['text', { skipFull: true }]],
      thresholds: Object.fromEntries(
        ['core', 'pg-sql', 'pg-archive'].map((name) => [`packages/${name}/src/**`, { branches: 95 }]),
      ),
    },
    projects: [
      project(
        'unit',
        ['{packages,tooling,examples}/*/{src,test}/**/*.test.ts'],
        ['**/*.integration.test.ts', '**/*.matrix.test.ts', '**/*.grid.test.ts', '**/e2e/**', '**/oracle/**'],
      ),
      project('integration', ['{packages,tooling}/*/test/**/*.integration.test.ts'], ['**/oracle/**']),
      project(
        'e2e',
        ['packages/cli/test/e2e/**/*.test.ts', 'examples/*/test/e2e/**/*.test.ts'],
        ['**/*.matrix.test.ts'],
      ),
      project('matrix', ['{packages,examples}/*/test/**/*.matrix.test.ts'], [], 600_000),
      project('grid', ['packages/*/test/**/*.grid.test.ts'], [], 600_000),
      project('oracle', ['{packages,tooling}/*/test/oracle/**/*.test.ts'], [], 120_000, [
        'packages/exporter-s3/test/oracle/container-engine.ts',
      ]),
    ],
  },
})
