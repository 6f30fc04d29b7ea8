import { createReadStream } from 'node:fs'
import { file, type RestoreOptions, restore, verify } from '@pgark/core'
import { databaseContent } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engineFor } from '../round-trip.ts'
import type { OracleMajor } from '../stock.ts'
import { Archives } from './archives.ts'
import { LoadedDataSets } from './loaded-data-sets.ts'
import { RestoredByStock } from './restored-by-stock.ts'
import type { StockArchiveCell } from './stock-archive-cells.ts'

/** Archives by the stock pg_dump of that major, restored by pg_restore and by us with the same options. */
export function describeStockArchives(major: OracleMajor, cells: readonly StockArchiveCell[]): void {
  describe(`PostgreSQL ${major}`, () => {
    let sets: LoadedDataSets
    let archives: Archives
    let byStock: RestoredByStock
    let made = 0
    beforeAll(async () => {
      sets = await LoadedDataSets.on(major)
      archives = new Archives(sets)
      byStock = new RestoredByStock(sets, (dataSet) =>
        archives.theirs(dataSet, { format: 'custom', compression: 'none' }),
      )
    })
    afterAll(() => sets?.end())

    test.each(cells.filter((cell) => cell.major === major))(
      '$dataSet: $format archive with $rows from $from, $part without $leftOut in $transaction transaction',
      async ({ dataSet, format, rows, part, leftOut, transaction, from }) => {
        const kind = { format, compression: format === 'tar' ? 'none' : 'gzip' } as const
        const archive = await archives.theirs(dataSet, kind, sets.stock, rows === 'COPY' ? [] : [rows])
        const begin = part === '--data-only' ? 'definitions' : 'empty'
        const options = [
          ...(part === 'everything' ? [] : [part]),
          ...(leftOut === 'nothing' ? [] : leftOut === 'both' ? ['--no-owner', '--no-privileges'] : [leftOut]),
        ]
        const args = transaction === 'one' ? [...options, '--single-transaction'] : options
        const theirs = await byStock.restore(archive, dataSet, { name: args.join(' '), begin, args: () => args })

        made += 1
        const target = `restored by us ${made}`
        await sets.createLike(await byStock.template(dataSet, begin), target)
        const engine = engineFor(sets.server, target)
        const before = await databaseContent(sets.server, target)
        const restored = restore({
          engine,
          from: from === 'pipe' ? createReadStream(archive) : file(archive),
          ...asked(options),
          singleTransaction: transaction === 'one',
        })
        if (theirs.errors.length > 0) {
          await expect(restored, theirs.errors.join('\n')).rejects.toMatchObject({ code: 'RESTORE.STATEMENT' })
          if (transaction === 'one') expect(await databaseContent(sets.server, target)).toEqual(before)
        } else {
          expect((await restored).findings).toEqual([])
          const ours = byFilling(await databaseContent(sets.server, target))
          expect(ours.rest).toEqual(byFilling(theirs.content).rest)
          // To pg_restore a refresh is a definition: it fills views from tables without rows, and not with rows alone.
          if (part !== '--schema-only') expect(ours.views).toEqual(byFilling((await sets.get(dataSet)).content).views)
          else expect(ours.views.filter((line) => !line.endsWith(' m p false'))).toEqual([])
          // Without owners rights are granted by who restores: only a superuser could have somebody else grant them.
          const said = (definitions: string) =>
            leftOut === '--no-owner' ? definitions.replace(grantor, '') : definitions
          expect(said(await sets.stock.definitions(target))).toBe(said(theirs.definitions))
        }
        await sets.drop(target)
        expect(await verify({ engine, from: file(archive) })).toMatchObject({ ok: true })
      },
    )
  })
}

const grantor = /^(SET|RESET) SESSION AUTHORIZATION.*\n/gm

/** What is said of materialised views, and everything else. */
function byFilling(content: readonly string[]) {
  const names = content.flatMap((line) => /^(.*) m p (true|false)$/s.exec(line)?.[1] ?? [])
  const isOfView = (line: string) =>
    names.some((name) => line.startsWith(`${name} m p `) || line.startsWith(`${name}: `))
  return { views: content.filter(isOfView), rest: content.filter((line) => !isOfView(line)) }
}

const asked = (options: readonly string[]): Partial<RestoreOptions> => ({
  dataOnly: options.includes('--data-only'),
  schemaOnly: options.includes('--schema-only'),
  noOwner: options.includes('--no-owner'),
  noPrivileges: options.includes('--no-privileges'),
})
