/**
 * Stages the packages as they are published: what was built, without the source condition (it names files that are not shipped) and
 * without development dependencies, with their papers. Run by itself, `node scripts/stage-packages.js FOLDER` also packs them there and
 * prints the tarballs. The packages must have been built.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm, root, run } from './setup.js'

const PACKAGES = ['core', 'transforms', 'io', 'runners']
const CONDITION = '@tidemark/source'

/**
 * @typedef {{ name: string, folder: string, exports: Record<string, unknown> }} Manifest
 */

/**
 * Empties the folder and stages every package in it.
 * @param {string} stage
 * @returns {readonly Manifest[]}
 */
export function stagePackages(stage) {
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage, { recursive: true })
  return PACKAGES.map((name) => stagePackage(stage, name))
}

/**
 * @param {string} stage
 * @param {string} name
 * @returns {Manifest}
 */
function stagePackage(stage, name) {
  const source = join(root, 'packages', name)
  const folder = join(stage, name)
  mkdirSync(folder)
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'), (key, value) =>
    key === CONDITION ? undefined : value,
  )
  delete manifest.devDependencies
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  cpSync(join(source, 'dist'), join(folder, 'dist'), { recursive: true })
  for (const paper of ['LICENSE', 'NOTICE']) cpSync(join(root, paper), join(folder, paper))
  if (existsSync(join(source, 'README.md'))) cpSync(join(source, 'README.md'), join(folder, 'README.md'))
  return { name: manifest.name, folder, exports: manifest.exports }
}

/**
 * Packs a staged package and gives the path of its tarball.
 * @param {Manifest} manifest
 * @param {string} stage
 */
async function pack({ folder }, stage) {
  const { code, output } = await run(...npm('pack', '--json', '--silent', '--pack-destination', stage, folder), false)
  if (code !== 0) throw new Error(`npm pack failed:\n${output}`)
  const [{ filename }] = JSON.parse(output.slice(output.indexOf('[')))
  return join(stage, filename)
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const stage = resolve(process.argv[2] ?? join(root, 'out', 'tarballs'))
  for (const manifest of stagePackages(stage)) console.log(await pack(manifest, stage))
}
