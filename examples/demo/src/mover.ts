import pg from 'pg'

/** A connection that moves money from account to account, one commit after the other, until it is stopped. */
export interface Mover {
  /** Transfers committed so far. */
  readonly committed: number
  /** Resolves when that many are committed. Rejects with what ended the mover before. */
  reach(transfers: number): Promise<void>
  /** Finishes the transfer under way and disconnects. Rejects with what ended the mover before. */
  stop(): Promise<void>
}

export async function startMover(url: string): Promise<Mover> {
  const client = new pg.Client({ connectionString: url, application_name: 'mover' })
  // A lost connection also fails the query under way; without a listener it would end the process.
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query('SELECT count(*)::int AS accounts FROM shop.accounts')
  const accounts: number = rows[0].accounts
  let committed = 0
  let isStopping = false
  let awaited: { transfers: number; resolve: () => void } | undefined

  async function move(): Promise<void> {
    while (!isStopping) {
      const from = 1 + Math.floor(Math.random() * accounts)
      const to = 1 + ((from + Math.floor(Math.random() * (accounts - 1))) % accounts)
      const cents = 1 + Math.floor(Math.random() * 5000)
      await client.query('INSERT INTO shop.transfers (from_account, to_account, amount) VALUES ($1, $2, $3)', [
        from,
        to,
        cents / 100,
      ])
      committed += 1
      if (committed === awaited?.transfers) awaited.resolve()
    }
  }
  const moving = move()
  // Told by stop(); until then a failure must not count as unhandled.
  moving.catch(() => {})
  return {
    get committed() {
      return committed
    },
    async reach(transfers) {
      const { promise, resolve } = Promise.withResolvers<void>()
      awaited = { transfers, resolve }
      if (committed < transfers) await Promise.race([promise, moving])
    },
    async stop() {
      isStopping = true
      try {
        await moving
      } finally {
        await client.end().catch(() => {})
      }
    },
  }
}
