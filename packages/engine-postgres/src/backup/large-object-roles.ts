import type { RequiredRole } from '@pgark/core'
import { type LargeObject, rolesOfGrants } from '../catalogue/large-objects.ts'

export interface LargeObjectOptions {
  readonly owners: boolean
  readonly privileges: boolean
}

/** Gathers the roles that large objects name, as far as they are written. */
export class LargeObjectRoles {
  readonly #options: LargeObjectOptions
  readonly #owners = new Set<string>()
  readonly #others = new Set<string>()

  constructor(options: LargeObjectOptions) {
    this.#options = options
  }

  add(object: LargeObject): void {
    if (this.#options.owners) this.#owners.add(object.owner)
    if (this.#options.privileges) for (const role of rolesOfGrants(object)) this.#others.add(role)
  }

  list(): RequiredRole[] {
    const named = (names: Iterable<string>, use: RequiredRole['use']) =>
      [...names].map((name): RequiredRole => ({ name, use, isOfLargeObject: true }))
    return [...named(this.#owners, 'owner'), ...named(this.#others, 'privilege')]
  }
}
