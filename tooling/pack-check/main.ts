import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  checkLoads,
  checkRefusal,
  checkRenaming,
  checkSchemes,
  checkVersion,
  installConsumer,
  installRuntimes,
} from './consumer.ts'
import { checkJoinedFiles } from './joined-files.ts'
import { attempt } from './run.ts'
import { lintTarball, packAll, packExample } from './tarballs.ts'
import { checkThirdParty } from './third-party.ts'

// `pnpm pack:check`, after a build: what would be published is what a stranger can use.

const folder = mkdtempSync(path.join(tmpdir(), 'pgark-pack-'))
try {
  const tarballs = packAll(folder)
  const example = packExample(folder)
  for (const tarball of [...tarballs, example]) lintTarball(tarball)
  const consumer = path.join(folder, 'consumer')
  installConsumer(consumer, tarballs)
  const withExample = path.join(folder, 'with-example')
  installConsumer(withExample, [...tarballs, example])
  const { oldest, between, unsupported } = installRuntimes(path.join(folder, 'runtimes'))
  const command = tarballs.find(({ name }) => name === 'pgark')
  if (!command) throw new Error('Expected a package named `pgark` among those to publish')
  const supported = [oldest, between, process.execPath]
  for (const node of supported) {
    for (const tarball of tarballs) checkLoads(node, consumer, tarball)
    checkVersion(node, consumer, command.version)
    checkSchemes(node, consumer)
    checkRenaming(node, consumer)
    console.log(`${tarballs.length} packages load on Node ${attempt(node, ['--version']).stdout.trim()}`)
  }
  await checkJoinedFiles(supported, consumer, folder)
  console.log('Joined data files are read whole on each of them')
  await checkThirdParty(supported, withExample, consumer, folder)
  console.log(`${example.name} keeps backups on each of them`)
  checkRefusal(unsupported, consumer)
  console.log(`pgark refuses Node ${attempt(unsupported, ['--version']).stdout.trim()}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
