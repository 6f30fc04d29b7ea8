const grouped = new Intl.NumberFormat('en-US')
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2 })
const oneDecimal = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

export const count = (value: number) => grouped.format(value)
/** An amount as PostgreSQL printed it, to the cent. */
export const money = (amount: string) => cents.format(amount as Intl.StringNumericLiteral)
export const megabytes = (bytes: number) => `${oneDecimal.format(bytes / 1e6)} MB`
export const seconds = (milliseconds: number) => `${oneDecimal.format(milliseconds / 1000)} s`
