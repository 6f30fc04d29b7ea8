import { PgarkError } from '@pgark/core'
import type {
  AuthClient,
  AwsClientOptions,
  IdentityPoolClientOptions,
  PluggableAuthClientOptions,
} from 'google-auth-library'
import { z } from 'zod'

const text = z.string().min(1)
const schema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('service_account'),
    client_email: text,
    private_key: text,
    private_key_id: text.optional(),
  }),
  z.object({ type: z.literal('authorized_user'), client_id: text, client_secret: text, refresh_token: text }),
  z.looseObject({
    type: z.literal('external_account'),
    audience: text,
    subject_token_type: text,
    token_url: z.url(),
    credential_source: z.record(z.string(), z.unknown()),
  }),
])

/**
 * What gets tokens for a service account, a user, or by workload identity federation. Made kind by kind: the library's own way to take
 * whatever comes prints warnings. Messages name fields, never what stands in them.
 */
export async function clientOfCredentials(given: unknown, scopes: string[]): Promise<AuthClient> {
  const { data, error } = schema.safeParse(given)
  if (!data) {
    const what = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ')
    throw new PgarkError('DESTINATION.CREDENTIALS', `The credentials cannot be used: ${what}.`, {
      hint: 'credentials of other kinds are found where GOOGLE_APPLICATION_CREDENTIALS names their file',
    })
  }
  const { AwsClient, IdentityPoolClient, JWT, PluggableAuthClient, UserRefreshClient } = await import(
    'google-auth-library'
  )
  switch (data.type) {
    case 'service_account':
      return new JWT({
        email: data.client_email,
        key: data.private_key,
        ...(data.private_key_id && { keyId: data.private_key_id }),
        scopes,
      })
    case 'authorized_user':
      return new UserRefreshClient({
        clientId: data.client_id,
        clientSecret: data.client_secret,
        refreshToken: data.refresh_token,
      })
    case 'external_account': {
      const options: unknown = { ...data, scopes }
      // https://google.aip.dev/auth/4117
      if ('environment_id' in data.credential_source) return new AwsClient(options as AwsClientOptions)
      if ('executable' in data.credential_source) return new PluggableAuthClient(options as PluggableAuthClientOptions)
      return new IdentityPoolClient(options as IdentityPoolClientOptions)
    }
  }
}
