import * as fc from 'fast-check'
import { mutated, mutations } from '../../mutations.ts'
import type { Sample } from './sample.ts'

export interface Damage {
  readonly sample: Sample
  /** The file that was changed, and what became of it. */
  readonly file: string
  readonly bytes: Buffer
  readonly isChanged: boolean
}

const damage = fc.record({ file: fc.nat(), changes: mutations })
/** Two seeds next to each other have nothing in common. */
const spread = 2_654_435_761

/** The damage of that number: the same seed and number give the same. */
export function damageOf(samples: readonly Sample[], seed: number, number: number): Damage {
  const sample = samples[number % samples.length] as Sample
  const [drawn] = fc.sample(damage, { seed: Math.imul(seed + number, spread), numRuns: 1 })
  if (!drawn) throw new Error('Expected a mutation')
  const names = [...sample.files.keys()]
  const file = names[drawn.file % names.length] as string
  const original = sample.files.get(file) as Buffer
  const bytes = mutated(original, drawn.changes)
  return { sample, file, bytes, isChanged: !bytes.equals(original) }
}
