/** What every session that runs a part of a dump sets, whatever its role or database has set: what text means, and what is checked. */
export const sessionSettings = [
  'SET array_nulls = on',
  'SET transform_null_equals = off',
  "SET datestyle = 'ISO'",
  "SET intervalstyle = 'postgres'",
  'SET check_function_bodies = false',
  'SET xmloption = content',
  'SET client_min_messages = warning',
  'SET row_security = off',
] as const
