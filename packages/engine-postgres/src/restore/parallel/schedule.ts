/** Something that a worker does, and what it must not begin before or run beside. */
export interface Step<Work> {
  readonly id: number
  /** Of which others may wait for all steps, by its id. */
  readonly group?: number
  /** Steps and groups that must be done before. */
  readonly after: readonly number[]
  /** Steps that should be done before, unless that leaves nothing to do: where they wait for each other in a circle. */
  readonly prefersAfter?: readonly number[]
  /** What it locks against everyone, and what it uses; a step never runs beside one that locks what it uses. */
  readonly locks: readonly number[]
  readonly reads: readonly number[]
  /** Of the steps that can begin the heaviest does, and among equals the first. */
  readonly weight: number
  readonly work: Work
}

interface Waiting<Work> {
  readonly step: Step<Work>
  readonly rank: number
  readonly hard: Set<number>
  readonly soft: Set<number>
}

/** Hands out steps as their turn comes. Ids that are not among the steps hold up nothing. */
export class Schedule<Work> {
  readonly #waiting = new Map<number, Waiting<Work>>()
  readonly #dependents = new Map<number, Waiting<Work>[]>()
  /** In the order in which they are to begin. */
  readonly #ready: Waiting<Work>[] = []
  readonly #running = new Set<number>()
  readonly #locked = new Map<number, number>()
  readonly #used = new Map<number, number>()
  /** Steps of each group that are not done. */
  readonly #left = new Map<number, number>()

  constructor(steps: readonly Step<Work>[]) {
    for (const { group } of steps) if (group !== undefined) this.#left.set(group, (this.#left.get(group) ?? 0) + 1)
    const known = new Set([...steps.map(({ id }) => id), ...this.#left.keys()])
    const only = (ids: readonly number[] = []) => new Set(ids.filter((id) => known.has(id)))
    const ranked = steps.map((step, at) => ({ step, at })).sort((a, b) => b.step.weight - a.step.weight || a.at - b.at)
    for (const [rank, { step }] of ranked.entries()) {
      const waiting = { step, rank, hard: only(step.after), soft: only(step.prefersAfter) }
      this.#waiting.set(step.id, waiting)
      for (const id of new Set([...waiting.hard, ...waiting.soft])) {
        const others = this.#dependents.get(id)
        if (others) others.push(waiting)
        else this.#dependents.set(id, [waiting])
      }
    }
    for (const waiting of [...this.#waiting.values()]) this.#release(waiting)
  }

  /** Nothing is left to begin. Some may still run. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#ready.length === 0
  }

  /** Whether another step can begin now. */
  get canBegin(): boolean {
    return this.#ready.some(({ step }) => this.#isFree(step))
  }

  /** A step that can begin now; undefined where there is none before another is done. */
  take(): Step<Work> | undefined {
    if (this.#ready.length === 0 && this.#running.size === 0) this.#breakCircle()
    const at = this.#ready.findIndex(({ step }) => this.#isFree(step))
    if (at === -1) return undefined
    const [{ step }] = this.#ready.splice(at, 1) as [Waiting<Work>]
    this.#running.add(step.id)
    for (const id of step.locks) this.#locked.set(id, (this.#locked.get(id) ?? 0) + 1)
    for (const id of step.reads) this.#used.set(id, (this.#used.get(id) ?? 0) + 1)
    return step
  }

  done(step: Step<Work>): void {
    this.#running.delete(step.id)
    for (const id of step.locks) this.#locked.set(id, (this.#locked.get(id) ?? 0) - 1)
    for (const id of step.reads) this.#used.set(id, (this.#used.get(id) ?? 0) - 1)
    this.#passed(step.id)
    if (step.group === undefined) return
    const left = (this.#left.get(step.group) ?? 0) - 1
    this.#left.set(step.group, left)
    if (left === 0) this.#passed(step.group)
  }

  /** Nothing waits for that step or group any more. */
  #passed(id: number): void {
    for (const waiting of this.#dependents.get(id) ?? []) {
      waiting.hard.delete(id)
      waiting.soft.delete(id)
      this.#release(waiting)
    }
  }

  #release(waiting: Waiting<Work>): void {
    if (waiting.hard.size > 0 || waiting.soft.size > 0 || !this.#waiting.delete(waiting.step.id)) return
    let [low, high] = [0, this.#ready.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ready[middle] as Waiting<Work>).rank < waiting.rank) low = middle + 1
      else high = middle
    }
    this.#ready.splice(low, 0, waiting)
  }

  #isFree({ locks, reads }: Step<Work>): boolean {
    return (
      !locks.some((id) => (this.#used.get(id) ?? 0) > 0 || (this.#locked.get(id) ?? 0) > 0) &&
      !reads.some((id) => (this.#locked.get(id) ?? 0) > 0)
    )
  }

  #breakCircle(): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting.hard.size > 0) continue
      waiting.soft.clear()
      this.#release(waiting)
      return
    }
  }
}
