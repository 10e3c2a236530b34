/**
 * `npm start`: makes the clone ready and runs the main job in this same process, so that arguments, exit code and Ctrl-C are its own.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, setUp } from './setup.js'

await setUp()
const job = join(root, 'examples', 'dist', 'side-by-side', 'main.js')
process.argv[1] = job
await import(pathToFileURL(job).href)
