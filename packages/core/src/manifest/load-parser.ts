/** Reading manifests takes a library that takes longer to load than all else here: who only writes, or asks for help, does without. */
export const manifestParser = () => import('./parse-manifest.ts')
