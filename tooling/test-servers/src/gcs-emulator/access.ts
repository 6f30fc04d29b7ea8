import { type Answer, json, refusal } from './answer.ts'
import type { GcsRequest, Operation } from './request.ts'

/** The permission that each operation needs. https://docs.cloud.google.com/storage/docs/access-control/iam-json */
const permissions: Partial<Record<Operation, string>> = {
  start: 'storage.objects.create',
  read: 'storage.objects.get',
  stat: 'storage.objects.get',
  list: 'storage.objects.list',
  remove: 'storage.objects.delete',
}

/** Who may do what. As long as no token is set, everybody may do everything that is not denied. */
export class Access {
  /** Access tokens that are accepted. */
  readonly tokens = new Set<string>()
  /** Permissions that nobody has. */
  readonly denied = new Set<string>()
  /** Subject tokens that the token endpoint takes, and the access token that each is good for. */
  readonly subjects = new Map<string, string>()

  /** The refusal of a request that may not be made. */
  refuse({ operation, bucket, name, headers }: GcsRequest): Answer | undefined {
    const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? []
    if (this.tokens.size > 0 && !(token !== undefined && this.tokens.has(token))) {
      return token === undefined
        ? refusal(401, 'required', 'Anonymous caller does not have access to the Google Cloud Storage bucket.')
        : refusal(401, 'authError', 'Invalid Credentials')
    }
    const permission = operation && permissions[operation]
    if (!permission || !this.denied.has(permission)) return undefined
    const what = name === '' ? 'bucket' : 'object'
    const message = `backup@project.iam.gserviceaccount.com does not have ${permission} access to the Google Cloud Storage ${what}. Permission '${permission}' denied on resource (or it may not exist).`
    return refusal(403, 'forbidden', `${message} ${bucket}`)
  }

  /** RFC 8693, as the Security Token Service has it: a token of somebody else's for one of Google's. */
  exchange(body: Buffer): Answer {
    const token = this.subjects.get(new URLSearchParams(body.toString()).get('subject_token') ?? '')
    if (token === undefined) {
      return json({ error: 'invalid_grant', error_description: 'The subject token is not valid.' }, 400)
    }
    const issued = 'urn:ietf:params:oauth:token-type:access_token'
    return json({ access_token: token, issued_token_type: issued, token_type: 'Bearer', expires_in: 3600 })
  }
}
