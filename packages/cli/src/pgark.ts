#!/usr/bin/env node
// The oldest Node with zstd in node:zlib. Nothing else may be imported before this check: older versions cannot load it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(`pgark needs Node 22.15 or newer; this is Node ${process.versions.node}.\n`)
  process.exitCode = 2
} else {
  // pg announces what its next version drops; that is for its maintainers, not for a nightly mail.
  process.noDeprecation = true
  // It would have pg load pg-native, which is not here and could not do the work.
  delete process.env.NODE_PG_FORCE_NATIVE
  // Awaited at the top level: should the run ever stop without an end, Node exits with 13 instead of 0.
  const { main } = await import('./index.js')
  await main(process.argv.slice(2))
  // Everything is done and nothing is open. Taking itself down, Node has been seen to wait for ever, at full load, for a request
  // that it took for unanswered.
  process.once('beforeExit', () => process.exit())
}

export {}
