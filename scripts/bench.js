/**
 * `npm run bench`: makes the clone ready and runs the measured programs in this same process.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, setUp } from './setup.js'

await setUp()
await import(pathToFileURL(join(root, 'bench', 'dist', 'windowed-combine.js')).href)
