/** A field that another one is compared with, as `prisma.order.fields.total`. */
export interface FieldReference {
  readonly modelName: string
  readonly name: string
}

/** By what Prisma itself knows them. Values of this kind have parts that are not set. */
export const isFieldReference = (value: object): value is FieldReference =>
  typeof (value as { readonly _toGraphQLInputType?: unknown })._toGraphQLInputType === 'function'

/** The fields that a field is compared with, in what stands at it in a condition. */
export function referencesIn(value: unknown, around: readonly unknown[] = []): FieldReference[] {
  if (typeof value !== 'object' || value === null || around.includes(value)) return []
  if (isFieldReference(value)) return [value]
  return Object.values(value).flatMap((each) => referencesIn(each, [...around, value]))
}
