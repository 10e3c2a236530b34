/**
 * `npm test`: makes the clone ready and runs vitest in this same process, with the arguments given, so that exit code and Ctrl-C are its own.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, setUp } from './setup.js'

await setUp()
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
process.chdir(root)
process.argv.splice(1, 1, vitest, 'run')
await import(pathToFileURL(vitest).href)
