import type { AuthClient } from 'google-auth-library'
import type { TokenSource } from './access-tokens.ts'
import { clientOfCredentials } from './client-of-credentials.ts'
import { credentialsError } from './credentials-error.ts'
import { readKeyFile } from './read-key-file.ts'

/** Objects, nothing else: what is asked for is as little as possible, whatever the roles would allow. */
const scopes = ['https://www.googleapis.com/auth/devstorage.read_write']

export interface GoogleCredentials {
  readonly keyFile: string | undefined
  readonly credentials: Readonly<Record<string, unknown>> | undefined
}

/** Tokens by Google's own library, which is loaded when they are needed: many commands that know of a bucket never talk to it. */
export function googleTokens({ keyFile, credentials }: GoogleCredentials): TokenSource {
  let client: Promise<AuthClient> | undefined
  async function makeClient(): Promise<AuthClient> {
    const given = keyFile === undefined ? credentials : await readKeyFile(keyFile)
    if (given !== undefined) return await clientOfCredentials(given, scopes)
    const { GoogleAuth } = await import('google-auth-library')
    return await new GoogleAuth({ scopes }).getClient()
  }
  return {
    async get() {
      try {
        client ??= makeClient()
        // Kept by the client until shortly before it expires.
        const { token } = await (await client).getAccessToken()
        return token ?? undefined
      } catch (error) {
        client = undefined
        throw credentialsError(error)
      }
    },
    forget() {
      client = undefined
    },
  }
}
