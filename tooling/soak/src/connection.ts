/** By which our connections are known on the server. */
export const applicationName = 'pgark-soak'

/** A connection string for the command. */
export function connection(port: number, database: string, { withTls = false } = {}): string {
  const sslmode = withTls ? 'require' : 'disable'
  return `host=127.0.0.1 port=${port} user=postgres dbname=${database} sslmode=${sslmode} application_name=${applicationName}`
}
