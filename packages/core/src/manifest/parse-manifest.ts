import type { z } from 'zod'
import { PgarkError } from '../errors/pgark-error.ts'
import { type Contents, contentsSchema } from './contents.ts'
import { knownFeatures, type Manifest, manifestSchema } from './manifest.ts'
import { checkManifestBytes } from './manifest-bytes.ts'

/**
 * Reads a manifest. Throws `DAMAGE.MANIFEST` when it is not one or any byte of it differs, and `REFUSED.UNKNOWN_FEATURE` when the backup needs a newer
 * version of pgark. Fields that this version does not know are passed over.
 */
export function parseManifest(bytes: Uint8Array, location: string): Manifest {
  const json = parseJson(bytes, `The manifest ${location}`)
  const version = isRecord(json) ? json.manifestVersion : undefined
  const unknown =
    isRecord(json) && Array.isArray(json.requires) ? json.requires.filter((name) => !knownFeatures.has(name)) : []
  if ((typeof version === 'number' && version > 1) || unknown.length > 0) {
    const needs = unknown.length > 0 ? `needs ${unknown.join(', ')}` : `has version ${version}`
    throw new PgarkError(
      'REFUSED.UNKNOWN_FEATURE',
      `The backup of the manifest ${location} ${needs}, which this version of pgark does not know.`,
      {
        hint: 'use a newer version of pgark',
        meta: { location, unknown },
      },
    )
  }
  const manifest = checked(manifestSchema, json, `The manifest ${location}`)
  checkManifestBytes(bytes, location)
  return manifest
}

/** Reads a `contents.json`. Throws `DAMAGE.MANIFEST` when it is not one. */
export function parseContents(bytes: Uint8Array, location: string): Contents {
  return checked(contentsSchema, parseJson(bytes, location), location)
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new PgarkError('DAMAGE.MANIFEST', `${what} is not JSON.`, { cause })
  }
}

function checked<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  // What fails to parse has an issue.
  const issue = result.error.issues[0] as z.core.$ZodIssue
  const at = issue.path.join('.') || 'its top level'
  throw new PgarkError('DAMAGE.MANIFEST', `${what} is not valid at ${at}: ${issue.message}.`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
