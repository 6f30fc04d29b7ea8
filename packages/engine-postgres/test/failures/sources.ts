import { registerHooks } from 'node:module'

/** Lets a program that Node runs by itself use the sources of the packages, as the tests do. */
registerHooks({
  resolve(specifier, context, next) {
    const own = /^@pgark\/([a-z-]+)$/.exec(specifier)
    return next(own ? new URL(`../../../${own[1]}/src/index.ts`, import.meta.url).href : specifier, context)
  },
})
