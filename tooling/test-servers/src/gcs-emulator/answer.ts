/** What the emulator answers, before any fault changes it. */
export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: Buffer
}

export const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: Buffer.from(JSON.stringify(value)),
})

/** An error as the JSON API words it. */
export const refusal = (code: number, reason: string, message: string): Answer =>
  json({ error: { code, message, errors: [{ message, domain: 'global', reason }] } }, code)

export const noBucket = () => refusal(404, 'notFound', 'The specified bucket does not exist.')
export const conditionNotMet = () =>
  refusal(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.')
