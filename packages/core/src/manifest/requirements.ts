import { z } from 'zod'
import type { TableName } from '../contracts/run.ts'

/** A role that a backup names, and by what; where that part is left out of a restore, the role need not exist. */
export interface RequiredRole {
  readonly name: string
  /** `owner` of something, in a `privilege`, or in a `definition` itself, such as a policy. */
  readonly use: 'owner' | 'privilege' | 'definition'
  /** Whose owner or privilege: large objects count as data. */
  readonly isOfLargeObject: boolean
}

/** Something that not every supported server can have, and what has it: `TABLE public.orders`. */
export interface RequiredFeature {
  /** In words. */
  readonly feature: string
  /** The first major version that has it. */
  readonly since: number
  readonly objects: readonly string[]
}

/**
 * What a restore must find on its target, and what it must not find there. Everything is by name, as the backup's definitions
 * have it; what they create themselves is not required.
 */
export interface Requirements {
  readonly extensions: readonly string[]
  /** Extensions that definitions need in the schema that they name. Older backups did not note them. */
  readonly extensionSchemas?: readonly TableName[] | undefined
  readonly roles: readonly RequiredRole[]
  readonly tablespaces: readonly string[]
  /** Collations that definitions use. */
  readonly collations: readonly TableName[]
  /** The ICU library's own version of its root collation, where collations of ICU are used. */
  readonly icuVersion?: string | undefined
  /** What definitions use that came with a newer version than the oldest supported one. Older backups did not note it. */
  readonly features?: readonly RequiredFeature[] | undefined
  /** Settings of functions, without those of extensions. Older backups did not note them. */
  readonly settings?: readonly string[] | undefined
  /** Schemas in which something is created. */
  readonly schemas: readonly string[]
  readonly creates: {
    readonly schemas: readonly string[]
    /** Tables, views, sequences. */
    readonly relations: readonly TableName[]
    /** Types and domains. */
    readonly types: readonly TableName[]
  }
}

const names = z.array(z.string())
const qualified = z.array(z.object({ schema: z.string(), name: z.string() }))

export const requirementsSchema = z.object({
  extensions: names,
  extensionSchemas: qualified.optional(),
  roles: z.array(
    z.object({ name: z.string(), use: z.enum(['owner', 'privilege', 'definition']), isOfLargeObject: z.boolean() }),
  ),
  tablespaces: names,
  collations: qualified,
  icuVersion: z.string().optional(),
  features: z.array(z.object({ feature: z.string(), since: z.number(), objects: names })).optional(),
  settings: names.optional(),
  schemas: names,
  creates: z.object({ schemas: names, relations: qualified, types: qualified }),
}) satisfies z.ZodType<Requirements>
