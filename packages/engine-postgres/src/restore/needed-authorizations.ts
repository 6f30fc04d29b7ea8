import type { RestoreRequest } from '@pgark/core'
import type { PlainItem } from '@pgark/pg-archive'
import { decide } from './decide.ts'

/**
 * Leaves out a change of the session's user behind which nothing is run. pg_dump changes it around rights that someone else than
 * the owner granted; only a superuser may, and where the rights are left out nobody needs to.
 */
export async function* neededAuthorizations(
  items: AsyncIterable<PlainItem>,
  request: RestoreRequest,
): AsyncGenerator<PlainItem> {
  let change: PlainItem | undefined
  for await (const item of items) {
    const { command } = item.summary
    if (request.selection.noPrivileges && command === 'SET SESSION AUTHORIZATION') {
      change = item
      continue
    }
    if (command === 'RESET SESSION AUTHORIZATION') change = undefined
    if (change && decide(item, request) !== 'skip') {
      yield change
      change = undefined
    }
    yield item
  }
}
