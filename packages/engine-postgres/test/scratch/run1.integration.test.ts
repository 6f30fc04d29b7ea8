import { startServer, compareDatabases } from '@pgark/test-servers'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { backup, restore, file } from '@pgark/core'
import { postgres } from '/work/main/packages/engine-postgres/src/index.ts'
const [major, ...scripts] = process.env.RUN!.split(' ')
test('x', async () => {
  const s = await startServer(Number(major) as 14)
  try {
    await s.query(readFileSync('/work/main/packages/engine-postgres/test/round-trip/schema/roles.sql', 'utf8'))
    await s.createDatabase('src')
    for (const f of scripts) await s.query(readFileSync(f, 'utf8'), 'src')
    const r = await backup({ engine: postgres(s.url('src')), to: file('/tmp/out.sql') , overwrite: true } as never).catch(async e => { const fs = await import('node:fs'); fs.rmSync('/tmp/out.sql', {force: true}); fs.rmSync('/tmp/out.sql.json', {force: true}); return await backup({ engine: postgres(s.url('src')), to: file('/tmp/out.sql') }) })
    const x = await restore({ engine: postgres(s.url('dst')), from: file('/tmp/out.sql'), createDatabase: true })
    console.log(x.findings, await compareDatabases(s, 'src', 'dst'))
  } finally { await s.stop() }
})
