import packageJson from '../package.json' with { type: 'json' }

/** The version of this package, as it stands at the head of plain files. */
export const version: string = packageJson.version
