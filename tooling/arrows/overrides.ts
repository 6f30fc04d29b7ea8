import { type Arrow, arrows } from './arrows.ts'

type Pattern = { group: string[]; message: string }
const restrict = (includes: string[], ...patterns: Pattern[]) => ({
  includes,
  linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
})
const leaving = (...group: string[]) => ({ group, message: 'Import a package by its name, never a file of it.' })

// A package may read its own package.json, from up to three folders deep, but no one else's.
const manifests = ['../**/package.json', '!../package.json', '!../../package.json', '!../../../package.json']
const outside = ['@pgark/*/**', '../**/{packages,tooling,examples,bench}/**', ...manifests]
// Sources never spell `src`: an import that does is the inside of another package.
const fromSources = leaving('**/{src,test,dist}/**', ...outside, '!@pgark/pg-sql/rename')
const fromTests = leaving(
  '../**/src/**',
  '!../src/**',
  '!../../src/**',
  '!../../../src/**',
  ...outside,
  '!@pgark/core/testing',
)

function sources([name, { imports, isCommand }]: [string, Arrow]) {
  const group = ['**', '!./**', '!../**', '!node:*', '!node:*/**', ...imports.map((target) => `!${target}`)]
  const arrow = { group, message: `No arrow leads from ${name} there: see tooling/arrows/arrows.ts.` }
  const ownProcess = { group: ['node:process'], message: 'Only the command knows its process.' }
  return restrict([`packages/${name}/src/**`], arrow, fromSources, ...(isCommand ? [] : [ownProcess]))
}

/** What biome.json extends: one override per package, and one for the tests of all. */
export const overrides = () => ({
  overrides: [
    ...Object.entries(arrows).map(sources),
    restrict(['packages/*/test/**', 'packages/*/src/**/*.test.ts'], fromTests),
  ],
})
