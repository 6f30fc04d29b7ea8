import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

export interface CertificateRequest {
  /** Common name: for a client, the role. */
  readonly name: string
  /** Names and addresses that a server's certificate is for. */
  readonly for?: readonly string[]
  readonly isExpired?: boolean
}

/** Issues certificates, and takes them back. */
export interface Authority {
  /** Its own certificate, as PEM: what clients and servers are told to trust. */
  readonly certificate: string
  issue(request: CertificateRequest): Promise<Certificate>
  /** A list with that certificate on it, as PEM. */
  revocationList(revoked: Certificate): Promise<string>
}

// SHA-256 with ECDSA: quick to make, and what channel binding hashes with.
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 86_400_000
const days = (count: number) => new Date(Date.now() + count * dayMs)

/** Makes a new authority that nobody trusts yet. */
export async function certificateAuthority(name: string): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto as Crypto)
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys: keys as x509.X509CertificateCreateSelfSignedParams['keys'],
    signingAlgorithm: algorithm,
    notBefore: days(-2),
    notAfter: days(30),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  return {
    certificate: own.toString('pem'),
    async issue(request) {
      const { privateKey, publicKey } = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      const issued = await x509.X509CertificateGenerator.create({
        subject: `CN=${request.name}`,
        issuer: own.subject,
        signingKey: keys.privateKey as CryptoKey,
        publicKey: publicKey as CryptoKey,
        signingAlgorithm: algorithm,
        notBefore: days(-2),
        notAfter: days(request.isExpired ? -1 : 30),
        extensions: [new x509.SubjectAlternativeNameExtension((request.for ?? []).map(alternativeName))],
      })
      const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64')
      return { certificate: issued.toString('pem'), key: pem('PRIVATE KEY', key) }
    },
    async revocationList({ certificate }) {
      const list = await x509.X509CrlGenerator.create({
        issuer: own.subject,
        thisUpdate: days(-1),
        nextUpdate: days(30),
        signingKey: keys.privateKey as CryptoKey,
        signingAlgorithm: algorithm,
        entries: [{ serialNumber: new x509.X509Certificate(certificate).serialNumber, revocationDate: days(-1) }],
      })
      return pem('X509 CRL', list.toString('base64'))
    },
  }
}

const alternativeName = (name: string): x509.JsonGeneralName => ({
  type: /^[\d.]+$/.test(name) ? 'ip' : 'dns',
  value: name,
})

const pem = (label: string, base64: string) =>
  `-----BEGIN ${label}-----\n${base64.replaceAll(/.{64}/g, '$&\n').trim()}\n-----END ${label}-----\n`
