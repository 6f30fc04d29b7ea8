import type { Token } from '../../tokens/token.ts'
import { SqlRenameError } from '../rename-error.ts'
import { isTooLong } from './mentions.ts'
import { writtenName } from './written-name.ts'

/** A name or literal of the script that may have to change. It stands in the tree where the parser has put it. */
export class Mark {
  readonly token: Token
  /** A literal; otherwise a name. */
  readonly isLiteral: boolean
  #isPlaced = false
  /** What it will say; null where it is taken away, with its dot; undefined until it is decided. */
  outcome: string | null | undefined = undefined
  /** The name by which a query goes on to call a table that has a new one. */
  alias: string | undefined = undefined

  constructor(token: Token) {
    this.token = token
    this.isLiteral = token.type === 'string'
  }

  /** What it says, as the parser reads it: a name as it is stored, a literal's text. */
  value = ''

  /** Takes its value from where the original has it. False where it cannot have stood for that. */
  place(value: string): boolean {
    const written = writtenName(this.token)
    // The parser cuts names off that are too long.
    if (written !== undefined && written !== value && !(isTooLong(written) && written.startsWith(value))) return false
    if (this.#isPlaced && this.value !== value) return false
    this.#isPlaced = true
    this.value = value
    return true
  }

  get isChanged(): boolean {
    return this.outcome !== this.value
  }

  decide(outcome: string | null): void {
    if (this.outcome !== undefined && this.outcome !== outcome) throw this.error('stands for two things at once')
    this.outcome = outcome
  }

  keep(): void {
    this.decide(this.value)
  }

  error(problem: string): SqlRenameError {
    const what = this.isLiteral ? 'A literal' : `The name ${this.token.text}`
    return new SqlRenameError(`${what} ${problem}`, this.token.start)
  }
}
