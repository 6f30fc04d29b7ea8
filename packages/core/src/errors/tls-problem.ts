/** Why no TLS connection came about, and what to do. */
export interface TlsProblem {
  /** Follows "cannot …:". Has the code by which Node knows it. */
  readonly because: string
  readonly hint: string
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const ofCertificates =
  /^(CERT_|CRL_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERROR_IN_CERT_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$)/
const ofTls = /^(EPROTO$|ERR_SSL_|ERR_TLS_)/
/** What OpenSSL says to bytes that are none of TLS. */
const notTls = /wrong version number|packet length too long|http request/i

/**
 * What is wrong with TLS, told from the error of a connection or one of its causes; undefined where it is something else.
 *
 * @param settings What says where the server is: `endpoint`.
 */
export function tlsProblem(error: unknown, settings: string): TlsProblem | undefined {
  let at = error
  // Clients wrap what the socket said, some of them more than once; a chain that is longer goes in a circle.
  for (let depth = 0; at instanceof Error && depth < 10; depth++) {
    const { code } = at as NodeJS.ErrnoException
    if (typeof code === 'string' && ofCertificates.test(code)) return certificateProblem(code, settings)
    if (typeof code === 'string' && ofTls.test(code)) return connectionProblem(code, at, settings)
    at = at.cause
  }
  return undefined
}

function certificateProblem(code: string, settings: string): TlsProblem {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const when = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'
    return { because: `the server's certificate ${when} (${code})`, hint: "renew it; check this machine's clock" }
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return { because: `the server's certificate is for another name (${code})`, hint: `check ${settings}` }
  }
  return {
    because: `the server's certificate is not trusted (${code})`,
    hint: 'set NODE_EXTRA_CA_CERTS in the environment to a file with the certificate of the authority that issued it',
  }
}

function connectionProblem(code: string, { message }: Error, settings: string): TlsProblem {
  const [, reason] = /SSL routines:[^:]*:([\w ]+)/.exec(message) ?? []
  const because = `TLS failed (${code}${reason === undefined ? '' : `: ${reason}`})`
  const hint = notTls.test(`${code.replaceAll('_', ' ')} ${reason}`)
    ? `what answers does not speak TLS: check ${settings}, whether it should begin with http://, and proxies on the way`
    : `check ${settings} and proxies on the way; a server with a certificate of its own needs NODE_EXTRA_CA_CERTS`
  return { because, hint }
}
