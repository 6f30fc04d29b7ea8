import type { TestServer } from '@pgark/test-servers'
import { applicationName } from './connection.ts'

/** Far more looks than any session of ours takes to end once its client has gone. */
const looks = 3000

/** Resolves when the server takes connections again and none of ours is left; answers how many stayed. */
export async function untilQuiet(server: TestServer): Promise<number> {
  const sql = `SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = '${applicationName}'`
  let left = 0
  for (let look = 0; look < looks; ) {
    try {
      left = (await server.query(sql)).rows[0].left
      look += 1
      if (left === 0) break
    } catch {
      // It is coming up again after a crash.
    }
  }
  return left
}
