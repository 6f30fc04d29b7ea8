/** Why a connection was not made, found on this side of it. */
export class ConnectProblem extends Error {
  /** Follows "Cannot connect to …: ". */
  readonly reason: string
  readonly hint: string

  constructor(reason: string, hint: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause })
    this.reason = reason
    this.hint = hint
  }
}
