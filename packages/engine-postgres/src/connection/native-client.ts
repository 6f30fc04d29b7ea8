/**
 * Whether a client of pg is that of pg-native. It talks through libpq, which keeps the wire to itself: pg_dump could not use it, and
 * none of what is promised of TLS and passwords would hold. Its class builds no startup packet.
 */
export function isNativeClient(Client: unknown): boolean {
  const { prototype } = (Client ?? {}) as { prototype?: { connect?: unknown; getStartupConf?: unknown } }
  return typeof prototype?.connect === 'function' && typeof prototype.getStartupConf !== 'function'
}
