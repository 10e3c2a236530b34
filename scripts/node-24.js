/**
 * `node scripts/node-24.js PROGRAM ARGUMENTS…`: runs a program on Node 24, with `node` on its path being that one too.
 *
 * Node comes as the platform's own package, at the version and hash that scripts/node-24/package-lock.json names: it needs no install
 * script, and the clone's node_modules stay as they are. It is installed into out/node-24, once.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { npm, root, run } from './setup.js'

const named = join(root, 'scripts', 'node-24')
const folder = join(root, 'out', 'node-24')
const { optionalDependencies } = JSON.parse(await readFile(join(named, 'package.json'), 'utf8'))
const platform = process.platform === 'win32' ? 'win' : process.platform
/** @type {string | undefined} */
const version = optionalDependencies[`node-${platform}-${process.arch}`]
const node = join(
  folder,
  'node_modules',
  `node-${platform}-${process.arch}`,
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

const program = process.versions.node.startsWith('24.') && version === undefined ? process.execPath : await installed()
process.env['PATH'] = [dirname(program), process.env['PATH']].join(delimiter)
const { code } = await run(program, process.argv.slice(2), true)
process.exitCode = code

/** The program, installed unless it is there in the version that is wanted. */
async function installed() {
  if (version === undefined) {
    fail(
      `There is no package of Node 24 for ${process.platform} on ${process.arch}. Install Node 24 yourself and run this with it.`,
    )
  }
  if (await isWanted()) return node
  console.error(`Installing Node ${version} into out/node-24, once.`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(named, file), join(folder, file))
  const options = ['--ignore-scripts', '--no-audit', '--no-fund']
  const { code: failed, output } = await run(...npm('ci', ...options, '--prefix', folder), false)
  if (failed !== 0 || !(await isWanted()))
    fail(`${output}\nNode ${version} could not be installed (exit code ${failed}): see above.`)
  return node
}

/** Whether the program is there, runs, and is what the lockfile names. */
async function isWanted() {
  if (!existsSync(node)) return false
  const { code: failed, output } = await run(node, ['--version'], false)
  return failed === 0 && output.trim() === `v${version}`
}

/**
 * @param {string} text
 * @returns {never}
 */
function fail(text) {
  console.error(text)
  process.exit(1)
}
