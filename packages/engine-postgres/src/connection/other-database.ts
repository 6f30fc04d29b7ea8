import type { Connector } from './connect.ts'

/** Connections of the same run, to the same server, with another database where none is named. */
export function otherDatabase({ options, target, connect }: Connector, database: string): Connector {
  return {
    options: { ...options, database },
    target: `${target.slice(0, target.length - options.database.length)}${database}`,
    connect: (signal, name = database, ...rest) => connect(signal, name, ...rest),
  }
}
