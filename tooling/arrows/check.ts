import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { arrows } from './arrows.ts'
import { overrides } from './overrides.ts'

const root = path.join(import.meta.dirname, '../..')
const generated = 'tooling/arrows/biome-overrides.json'
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
const faults: string[] = []

function checkManifest(name: string): void {
  const arrow = arrows[name]
  if (!arrow) return void faults.push(`packages/${name}: has no row in tooling/arrows/arrows.ts`)
  const manifest: Record<string, Record<string, string> | undefined> = JSON.parse(
    readFileSync(path.join(root, 'packages', name, 'package.json'), 'utf8'),
  )
  const own = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
  const peers = Object.keys(manifest.peerDependencies ?? {})
  for (const target of [...own, ...peers]) {
    if (!arrow.imports.includes(target)) faults.push(`packages/${name}: may not depend on ${target}`)
  }
  if (peers.includes('@pgark/core') !== (arrow.isPlugin === true) || (arrow.isPlugin && own.includes('@pgark/core'))) {
    faults.push(`packages/${name}: core is a peer dependency of plugins, of them only, and nothing else of theirs`)
  }
}

/** The generated overrides agree with the table; `--write` makes them. */
function checkGenerated(): void {
  if (process.argv.includes('--write')) {
    writeFileSync(path.join(root, generated), JSON.stringify(overrides()))
    execFileSync(process.execPath, [biome, 'format', '--write', generated], { cwd: root, stdio: 'ignore' })
  }
  const present: unknown = JSON.parse(readFileSync(path.join(root, generated), 'utf8'))
  if (JSON.stringify(present) !== JSON.stringify(overrides())) {
    faults.push(`${generated}: not what the table says; run \`pnpm arrows --write\``)
  }
}

/**
 * Proves the lint rule alive: the real configuration must refuse and accept exactly these imports.
 * In a folder of its own, because Biome says nothing about what it reads from stdin (biomejs/biome#11812).
 */
function checkRule(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgark-arrows-'))
  try {
    for (const file of ['biome.json', generated]) cpSync(path.join(root, file), path.join(folder, file))
    const probes = Object.entries(arrows).flatMap(([name, { imports, isCommand }]) => {
      const others = Object.values(arrows).flatMap((each) => each.imports)
      const strangers = [...others, '@pgark/filters', 'left-pad'].filter((target) => !imports.includes(target))
      const insides = ['@pgark/core/src/index.ts', '../../core/src/x.ts', '../../../tooling/build/x.ts']
      const refused = [...strangers, ...insides, ...(isCommand ? [] : ['node:process', 'process'])]
      const accepted = [...imports, 'node:fs/promises', './x.ts', '../y.ts', '../package.json']
      return [
        ...probe(folder, `packages/${name}/src/probe.ts`, refused, accepted),
        ...probe(folder, `packages/${name}/test/probe.ts`, insides, [
          'vitest',
          '@pgark/core/testing',
          '../src/x.ts',
          './x.ts',
        ]),
      ]
    })
    const args = ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', '--max-diagnostics=none']
    const run = spawnSync(process.execPath, [biome, ...args, '--reporter=github'], { cwd: folder, encoding: 'utf8' })
    const found = [...run.stdout.matchAll(/(packages\/[^,]+),line=(\d+)/g)].map(([, file, line]) => `${file}:${line}`)
    for (const { at, target } of probes.filter((each) => found.includes(each.at) !== each.isRefused)) {
      faults.push(`${at}: the lint rule is wrong about an import of ${target}`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function probe(folder: string, file: string, refused: string[], accepted: string[]) {
  const targets = [...refused, ...accepted]
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
  writeFileSync(path.join(folder, file), targets.map((target) => `export * as x from '${target}'\n`).join(''))
  return targets.map((target, index) => ({ at: `${file}:${index + 1}`, target, isRefused: index < refused.length }))
}

for (const name of readdirSync(path.join(root, 'packages'))) checkManifest(name)
checkGenerated()
checkRule()
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
