import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { backup, file, restore, verify } from '@pgark/core'
import { compareDatabases, startServer } from '@pgark/test-servers'
import { test } from 'vitest'
import { postgres } from '../../src/index.ts'

for (const major of [15, 17] as const)
  test(`quick ${major}`, async () => {
    const server = await startServer(major)
    const bin = `/work/main/.tools/pg-clients/${major}/bin`
    const dir = `/tmp/quick${major}`
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir)
    try {
      const url = await server.createDatabase('src')
      execFileSync(`${bin}/psql`, ['-X', '-q', '-d', url, '-f', '/work/shared/data/traps/archives.sql'], {
        stdio: 'inherit',
      })
      const run = (args: string[]) => {
        try {
          return execFileSync(args[0]!, args.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] }).toString()
        } catch (e: any) {
          return 'FAILED ' + e.stderr
        }
      }
      for (const [format, codec] of [
        ['custom', 'none'],
        ['custom', 'gzip'],
        ['custom', 'zstd'],
        ['directory', 'none'],
        ['directory', 'gzip'],
        ['directory', 'zstd'],
      ] as const) {
        if (codec === 'zstd' && major === 15) continue
        const name = `${format}_${codec}`
        const to = format === 'custom' ? file(`${dir}/${name}.dump`) : file(`${dir}/${name}`)
        const t = Date.now()
        const result = await backup({ engine: postgres(url), to, format, compression: codec })
        const path = format === 'custom' ? `${dir}/${name}.dump` : `${dir}/${name}/${result.id}`
        console.log(name, Date.now() - t, 'ms', result.rows, result.sizeBytes)
        for (const jobs of ['1', '4']) {
          await server.createDatabase(`${name}_j${jobs}`)
          console.log(run([`${bin}/pg_restore`, '-j', jobs, '-d', server.url(`${name}_j${jobs}`), path]))
          console.log((await compareDatabases(server, 'src', `${name}_j${jobs}`)).differences)
        }
        const r = await restore({
          engine: postgres(server.url(`${name}_own`)),
          from: to,
          ...(format === 'directory' && { id: result.id }),
          createDatabase: true,
        })
        console.log('own', r.rows, r.findings, (await compareDatabases(server, 'src', `${name}_own`)).differences)
        console.log(
          'verify',
          await verify({ engine: postgres(url), from: to, ...(format === 'directory' && { id: result.id }) }).then(
            (v) => [v.ok, v.findings],
          ),
        )
      }
      for (const [flag, name] of [
        ['-Fc', 'stock.dump'],
        ['-Fd', 'stockdir'],
        ['-Ft', 'stock.tar'],
      ] as const) {
        run([`${bin}/pg_dump`, flag, '-f', `${dir}/${name}`, url])
        const db = name.replace('.', '_')
        const r = await restore({
          engine: postgres(server.url(db)),
          from: file(`${dir}/${name}`),
          createDatabase: true,
        })
        console.log(name, r.rows, r.findings, (await compareDatabases(server, 'src', db)).differences)
      }
    } finally {
      await server.stop()
    }
  }, 200_000)
