import type { ResolvedOptions } from '../options/resolve-options.ts'
import { googleTokens } from './google-tokens.ts'

/** Where access tokens come from. */
export interface TokenSource {
  /** Undefined where requests carry no credentials. */
  get(): Promise<string | undefined>
  /** The next `get` may not answer what was answered before. */
  forget(): void
}

export interface AccessTokens {
  current(): Promise<string | undefined>
  /** Instead of a token that was not accepted; the same one where there is no other. */
  renewed(rejected: string): Promise<string | undefined>
}

/** The tokens that the options name; nothing is read or asked before the first is wanted. */
export function accessTokens(options: ResolvedOptions): AccessTokens {
  const source = sourceOf(options)
  return {
    current: () => source.get(),
    async renewed(rejected) {
      // Of several requests that are refused with one token, the first sees to another.
      if ((await source.get()) === rejected) source.forget()
      return await source.get()
    },
  }
}

function sourceOf({ accessToken, keyFile, credentials, apiEndpoint }: ResolvedOptions): TokenSource {
  if (accessToken !== undefined) return givenTokens(accessToken)
  const isEmulator = apiEndpoint.startsWith('http:') && keyFile === undefined && credentials === undefined
  return isEmulator ? { get: async () => undefined, forget() {} } : googleTokens({ keyFile, credentials })
}

function givenTokens(given: string | (() => string | Promise<string>)): TokenSource {
  let token: Promise<string> | undefined
  const forget = () => {
    token = undefined
  }
  return {
    forget,
    async get() {
      token ??= Promise.resolve(typeof given === 'string' ? given : given())
      try {
        return await token
      } catch (error) {
        forget()
        throw error
      }
    },
  }
}
