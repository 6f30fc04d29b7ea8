import { type ExporterPlugin, type Problem, refuseProblems } from '@pgark/core'
import { sqlite } from './sqlite.ts'

export { sqlite }

/** `sqlite:///var/backups/all.db`: an absolute path, and nothing else. */
export const exporter: ExporterPlugin = {
  specVersion: 1,
  scheme: 'sqlite',
  open(url) {
    const { host, pathname, search, hash } = new URL(url)
    // A slash at the end is left of a reference to a backup: sqlite:///var/backups/all.db/<id>.
    const path = decodeURIComponent(pathname).replace(/\/+$/, '')
    const problems: Problem[] = []
    if (host !== '') problems.push({ message: `Expected sqlite:///… with three slashes, got the host ${host}.` })
    if (path === '') problems.push({ message: 'Expected the path of a file in the URL.', hint: 'sqlite:///all.db' })
    if (search !== '' || hash !== '') problems.push({ message: 'A sqlite URL has no options.' })
    refuseProblems(problems)
    return sqlite(path)
  },
}
