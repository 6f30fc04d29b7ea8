import { userInfo } from 'node:os'
import { refuseProblems } from '@pgark/core'

/** Containers may run under an id that has no name; then a user must be given. */
export function operatingSystemUser(): string {
  try {
    return userInfo().username
  } catch {
    refuseProblems([
      { message: 'No user is given, and that of the operating system has no name.', hint: 'give a user' },
    ])
    return ''
  }
}
