/**
 * `npm run pack:check`: what would be published is whole and nothing more.
 *
 * Each package is staged in out/pack. There it must pack to dist and its papers only, satisfy publint, and open each of its doors to
 * plain Node and to the compiler. Publish from there.
 */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root, run, setUp } from './setup.js'
import { stagePackages } from './stage-packages.js'

const PAPERS = ['package.json', 'README.md', 'LICENSE', 'NOTICE']
const OUTPUT = /\.(?:js|js\.map|d\.ts)$/
const stage = join(root, 'out', 'pack')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

await setUp()
// Only now is it installed.
const { publint } = await import('publint')
const { formatMessage } = await import('publint/utils')
const manifests = stagePackages(stage)
// They find each other by name, as if they were installed.
mkdirSync(join(stage, 'node_modules', '@tidemark'), { recursive: true })
for (const { name, folder } of manifests) symlinkSync(folder, join(stage, 'node_modules', name), 'dir')
let failures = 0
for (const manifest of manifests) {
  const complaints = [
    ...(await strayFiles(manifest)),
    ...(await publintMessages(manifest)),
    ...(await closedDoors(manifest)),
  ]
  for (const complaint of complaints) console.error(`${manifest.name}: ${complaint}`)
  if (complaints.length === 0) console.log(`${manifest.name}: ok`)
  failures += complaints.length
}
process.exitCode = failures === 0 ? 0 : 1

/** @typedef {import('./stage-packages.js').Manifest} Manifest */

/** @param {Manifest} manifest */
async function strayFiles({ name, folder }) {
  const { code, output } = await run(...npm('pack', '--dry-run', '--json', '--silent', folder), false)
  if (code !== 0) return [`npm pack failed: ${output}`]
  const [{ files }] = JSON.parse(output.slice(output.indexOf('[')))
  const paths = /** @type {string[]} */ (files.map((/** @type {{ path: string }} */ { path }) => path))
  return [
    ...paths.filter((path) => !PAPERS.includes(path) && !OUTPUT.test(path)).map((path) => `ships ${path}`),
    ...PAPERS.filter((paper) => paper !== 'README.md' && !paths.includes(paper)).map((path) => `does not ship ${path}`),
    ...paths.filter((path) => isStale(name, path)).map((path) => `ships ${path}, whose source is gone: delete dist`),
  ]
}

/**
 * @param {string} name
 * @param {string} path
 */
function isStale(name, path) {
  const source = path.replace(/^dist\//, 'src/').replace(OUTPUT, '.ts')
  return OUTPUT.test(path) && !existsSync(join(root, 'packages', name.replace('@tidemark/', ''), source))
}

/** @param {Manifest} manifest */
async function publintMessages({ folder }) {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true, level: 'warning', pack: 'npm' })
  return messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`)
}

/**
 * Doors that do not open in plain Node, or whose types do not resolve, in a project that knows nothing of the sources.
 * @param {Manifest} manifest
 */
async function closedDoors({ name, exports }) {
  const doors = Object.keys(exports).filter((door) => !door.endsWith('.json'))
  const file = join(stage, `${name.replace('@tidemark/', '')}.mts`)
  const script = file.replace('.mts', '.mjs')
  const imports = doors.map((door, index) => `import * as door${index} from '${name}${door.slice(1)}'`)
  const program = [...imports, `console.log(${doors.map((_, index) => `Object.keys(door${index})`).join(', ')})`].join(
    '\n',
  )
  writeFileSync(file, program)
  writeFileSync(script, program)
  const opened = await run(process.execPath, [script], false)
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ]
  const checked = await run(process.execPath, [compiler, ...options, file], false)
  return [
    ...(opened.code === 0 ? [] : [`a door does not open: ${opened.output}`]),
    ...(checked.code === 0 ? [] : [`the types of a door do not hold: ${checked.output}`]),
  ]
}
