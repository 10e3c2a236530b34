/**
 * Makes a fresh clone ready: checks Node, installs what the lockfile names, builds. Run by itself it does just that;
 * start.js and test.js rely on it. Plain JavaScript on Node's built-ins, as it runs before anything is installed.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const OLDEST_NODE = { major: 20, minor: 19 }
const STAMP = join(root, 'node_modules', '.tidemark-stamp')

/** Checks Node, installs and builds, each only where needed. Ends the process with a message where that fails. */
export async function setUp() {
  checkNode(process.versions.node)
  await install()
  await build()
}

/**
 * Ends the process unless Node is new enough.
 * @param {string} version
 */
function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor)) return
  fail(
    `Tidemark needs Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer; this is Node ${version}. Install a newer one from https://nodejs.org and try again.`,
  )
}

/** Runs `npm ci` unless what the lockfile names is there already, as a stamp beside it says. */
async function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  say(
    existsSync(STAMP)
      ? 'The lockfile has changed: installing dependencies (npm ci).'
      : 'Installing dependencies (npm ci), once.',
  )
  const started = Date.now()
  const ticking = setInterval(() => say(`  still installing, ${seconds(started)} s`), 3000)
  const { code, output } = await run(...npm('ci'), false)
  clearInterval(ticking)
  if (code !== 0) fail(`${output}\nnpm ci failed (exit code ${code}): see above.`, code)
  writeFileSync(STAMP, wanted)
  say(`Installed in ${seconds(started)} s.`)
}

/** Runs `tsc -b`, which does nothing where nothing has changed. */
async function build() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(join(root, 'packages', 'core', 'dist'))) say('Building (tsc -b), once.')
  const { code } = await run(process.execPath, [compiler, '-b'], true)
  if (code !== 0) fail('The build failed: see the errors above.', code)
}

/**
 * How to run npm: with the npm that runs this script, or else with the one on the path.
 * @param {...string} args
 * @returns {[string, string[]]}
 */
export function npm(...args) {
  const script = process.env['npm_execpath']
  return script !== undefined && script.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args]
}

/**
 * Runs a program at the root. Its output is shown as it comes, or else kept and returned.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {boolean} show
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(program, args, show) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    /** @type {Buffer[]} */
    const output = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk))
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      child.kill(signal)
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    process.once('SIGINT', stop).once('SIGTERM', stop)
    child.once('error', reject)
    child.once('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve({ code: code ?? 1, output: Buffer.concat(output).toString() })
    })
  })
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`)
}

/**
 * @param {string} text
 * @returns {never}
 */
function fail(text, code = 1) {
  say(text)
  process.exit(code)
}

/** @param {number} started */
function seconds(started) {
  return Math.round((Date.now() - started) / 1000)
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await setUp()
  say('Ready: npm start runs the main job, npm test the tests.')
}
