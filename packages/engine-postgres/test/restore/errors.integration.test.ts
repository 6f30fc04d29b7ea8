import { inspect } from 'node:util'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpOf, rejection, streamOf, type Target, targetWith } from './target.ts'
import { canary, failures } from './value-errors.ts'

for (const major of [14, 18] as const) {
  describe(`PostgreSQL ${major}: an error in the middle`, () => {
    let server: TestServer
    let target: Target
    beforeAll(async () => {
      server = await startServer(major)
      target = await targetWith(server)
    })
    afterAll(() => server.stop())

    for (const { name, sql, line, sqlstate, object, code = 'RESTORE.STATEMENT' } of failures) {
      test(`${name}: rolled back; the error names line, object and SQLSTATE, and no value`, async () => {
        const error = await rejection(target.restore(streamOf(dumpOf(sql)), { consent: async () => true }))
        expect(error).toMatchObject({
          code,
          message: expect.stringMatching(
            new RegExp(`^Line ${line}: .* failed, everything was rolled back: .*${sqlstate}`),
          ),
          meta: { line, sqlstate: expect.stringMatching(new RegExp(`^${sqlstate}$`)), ...(object && { object }) },
        })
        if (object) expect((error as Error).message).toContain(object)
        const everything = inspect(error, { depth: null, showHidden: true })
        expect(everything).not.toContain(canary.slice(0, 8))
        expect(everything).not.toContain('5105105')
        expect(await target.objects()).toEqual([])
      })
    }

    test('a name that the statement itself has is told', async () => {
      const sql = `CREATE TABLE public.orders (customer integer);
ALTER TABLE ONLY public.orders ADD CONSTRAINT fk FOREIGN KEY (customer) REFERENCES public.customers(id);`
      expect(await rejection(target.restore(streamOf(dumpOf(sql))))).toMatchObject({
        message: expect.stringContaining('relation "public.customers" does not exist (42P01)'),
      })
      expect(await rejection(target.restore(streamOf(dumpOf('CREATE TABLE t (a no_type);'))))).toMatchObject({
        message: expect.stringContaining('type "no_type" does not exist (42704)'),
      })
    })
  })
}
