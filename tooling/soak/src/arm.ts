import type { ChildProcess } from 'node:child_process'
import pg from 'pg'
import { applicationName } from './connection.ts'
import type { Plan } from './plan.ts'
import type { World } from './world.ts'

/** A fault that waits for its moment. */
export interface ArmedFault {
  /** To be told of the process and its events. */
  onEvents(count: number, child: ChildProcess): void
  /** Resolves when what the fault set going is over, with whether it came to its moment. */
  settled(): Promise<boolean>
}

/** Makes a plan's fault happen at its moment. */
export async function arm(plan: Plan, { server, proxy, measures }: World): Promise<ArmedFault> {
  const { fault, moment, operation } = plan
  const measure = measures[operation]
  // A connection of our own that is there already: the server may have none left, or no time, when it is wanted.
  const observer = fault.kind === 'backend' ? new pg.Client({ connectionString: server.url() }) : undefined
  observer?.on('error', () => {})
  await observer?.connect()
  let child: ChildProcess | undefined
  let working: Promise<unknown> | undefined

  const happen = () => {
    if (working) return
    working = strike().catch((error) => {
      throw new Error(`The fault itself failed: ${error}`)
    })
    working.catch(() => {})
  }
  async function strike() {
    switch (fault.kind) {
      case 'signal':
        child?.kill(fault.signal)
        break
      case 'backend':
        await endBackend(observer, fault)
        break
      case 'server':
        await server.crash()
        break
      case 'cut':
        proxy.cut(fault.how)
        break
      case 'stall':
        proxy.stall(fault.options)
        break
      case 'corrupt':
        proxy.corrupt(fault.side)
        break
      case 'garble':
        proxy.garble(fault.bit)
        break
    }
  }
  // The larger part of the bytes comes from the server in a backup, from us in a restore.
  const side = operation === 'backup' ? 'server' : 'client'
  if (moment.at === 'byte') proxy.when(side, Math.floor(moment.share * measure.passed[side]), happen)
  const dueEvent = moment.at === 'event' ? Math.floor(moment.share * measure.events) : undefined
  return {
    onEvents(count, started) {
      child = started
      if (count === dueEvent) happen()
    },
    async settled() {
      await working
      await observer?.end().catch(() => {})
      if (fault.kind === 'server' && working) await server.restart()
      return working !== undefined
    },
  }
}

async function endBackend(
  observer: pg.Client | undefined,
  { how, which }: { how: string; which: number },
): Promise<void> {
  const sql = `SELECT pid FROM pg_stat_activity WHERE application_name = '${applicationName}' ORDER BY backend_start, pid`
  const { rows } = (await observer?.query(sql)) ?? { rows: [] }
  const pid: number | undefined = rows[which % Math.max(1, rows.length)]?.pid
  if (pid === undefined) return
  if (how === 'terminate') await observer?.query('SELECT pg_terminate_backend($1)', [pid])
  // The server takes this for a crash, ends all sessions and begins again.
  else process.kill(pid, 'SIGKILL')
}
