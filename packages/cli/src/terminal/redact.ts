/** Up to the last @ of the word: a password may hold any character, also those that a URL should not have as they are. */
const inUrl = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)\S+@/gi
/** `password=…` of keyword strings, of the parameters of URLs and of flags that do not exist, quoted or not, misspelt or not; secrets and tokens. */
const inKeywords = /((?:pas+w\w*|secret\w*|token)\s*=\s*)('(?:[^'\\]|\\.)*'?|[^\s&'"]+)/gi

/** The text without passwords: connection strings end up in wrong places, and what is wrong with a call is told by repeating it. */
export function redact(text: string): string {
  return text.replace(inUrl, '$1***@').replace(inKeywords, '$1***')
}
