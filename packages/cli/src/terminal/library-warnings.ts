/**
 * By their types. `MetadataLookupWarning`: Google's library, looking for credentials, has asked in vain whether this is one of Google's
 * machines. Where that matters an error follows that says what to do.
 */
const hidden: ReadonlySet<unknown> = new Set(['MetadataLookupWarning'])

/** Keeps warnings to this process from being printed that libraries mean for their developers. */
export function hideLibraryWarnings(): void {
  const { emitWarning } = process
  process.emitWarning = ((...given: unknown[]) => {
    const [, options] = given
    const type = typeof options === 'object' && options !== null && 'type' in options ? options.type : options
    if (!hidden.has(type)) Reflect.apply(emitWarning, process, given)
  }) as typeof emitWarning
}
