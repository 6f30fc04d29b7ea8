import { PgarkError } from '../../../src/index.ts'
import { cutOff, type Double, refusing } from './double.ts'

/** Exporters that keep the contract until something happens to them. */
export const meetingFaults: Readonly<Record<string, Double>> = {
  'takes a refusal for an empty place': {
    faults: (good) => ({
      wrongCredentials: () => ({ ...good, write: refusing('DESTINATION.CREDENTIALS'), stat: async () => undefined }),
    }),
    fails: ['faults: wrong credentials are DESTINATION.CREDENTIALS'],
  },
  'gives up at the first 503': {
    faults: (good) => ({
      passing: {
        'a 503': () => ({ ...good, write: (key, body, options) => good.write(key, cutOff(body), options) }),
      },
    }),
    fails: ['faults: those that pass are got over by a write', 'faults: those that pass are no other writer'],
  },
  'finds itself in the way when an answer was lost': {
    faults: (good) => ({
      passing: {
        'a lost answer': () => ({
          ...good,
          async write(key, body, options) {
            const stored = await good.write(key, body, options)
            if (!options?.overwrite) throw new PgarkError('REFUSED.EXISTS', `${key} is there`)
            return stored
          },
        }),
      },
    }),
    fails: ['faults: those that pass are no other writer'],
  },
  'ends a read where the connection was cut': {
    faults: (good) => ({
      passing: {
        'a cut connection': () => ({
          ...good,
          async *read(key, options) {
            for await (const chunk of good.read(key, options)) return void (yield chunk.subarray(0, 1000))
          },
        }),
      },
    }),
    fails: ['faults: those that pass are got over by a read'],
  },
  'completes an upload that was cut': {
    faults: (good) => ({
      lasting: {
        '503s': () => ({
          ...good,
          async write(key, body, options) {
            const arrived: Uint8Array[] = []
            try {
              for await (const chunk of cutOff(body)) arrived.push(chunk)
            } catch (error) {
              await good.write(
                key,
                (async function* () {
                  yield* arrived
                })(),
                options,
              )
              throw error
            }
            return await good.write(
              key,
              (async function* () {
                yield* arrived
              })(),
              options,
            )
          },
        }),
      },
    }),
    fails: ['faults: those that last leave no object', 'faults: those that last leave what was there before'],
  },
  'says that it has written what it has not': {
    faults: (good) => ({
      lasting: { '503s': () => ({ ...good, write: async (key) => ({ key, sizeBytes: 0 }) }) },
    }),
    fails: ['faults: those that last make a write reject with a DESTINATION code'],
  },
}
