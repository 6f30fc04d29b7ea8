/** Variables that were read, with their values. */
export type ReadVariables = ReadonlyMap<string, string>

/** Runs `work` and notes which variables it reads from `process.env`, so that it can be told which values come from there. */
export async function watchEnvironment<T>(work: () => Promise<T>): Promise<{ result: T; read: ReadVariables }> {
  const { env } = process
  const read = new Map<string, string>()
  process.env = new Proxy(env, {
    get(target, name) {
      const value = Reflect.get(target, name)
      if (typeof name === 'string' && typeof value === 'string') read.set(name, value)
      return value
    },
  })
  try {
    return { result: await work(), read }
  } finally {
    process.env = env
  }
}
