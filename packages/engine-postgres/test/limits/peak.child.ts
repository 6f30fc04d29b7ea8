import { backup, file, restore, verify } from '@pgark/core'
import { postgres } from '../../src/index.ts'

// A program that does one thing, and tells the most memory that it had at a time, in bytes: action, url, location.
const [action = '', url = '', location = ''] = process.argv.slice(2)
const engine = postgres(url)
if (action === 'backup') await backup({ engine, to: file(location) })
if (action === 'restore') await restore({ engine, from: file(location), createDatabase: true })
if (action === 'verify') await verify({ engine, from: file(location) })
process.stdout.write(`${process.resourceUsage().maxRSS * 1024}`)
