/**
 * `npm run bench`: makes the clone ready and measures. `-- --write` writes bench/results/costs.md, `-- --profile` shows a CPU profile;
 * `-- --beam`, like --write, first installs the one rival that this repository does not depend on.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root, run, setUp } from './setup.js'

const BEAM = 'apache-beam@2.49.0'
const rivals = join(root, 'out', 'rivals')
const args = process.argv.slice(2)

await setUp()
if (args.includes('--beam') || args.includes('--write')) await installBeam()
const { code } = await run(process.execPath, [join(root, 'bench', 'dist', 'costs.js'), ...args], true)
process.exitCode = code

/** Installs Beam's TypeScript SDK by itself, without running its scripts. Says so and goes on where that fails. */
async function installBeam() {
  if (existsSync(join(rivals, 'node_modules', 'apache-beam'))) return
  process.stderr.write(`Installing ${BEAM} into out/rivals, once (250 MB).\n`)
  mkdirSync(rivals, { recursive: true })
  writeFileSync(join(rivals, 'package.json'), '{ "private": true }\n')
  const flags = ['--prefix', rivals, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  const { code: failed, output } = await run(...npm('install', ...flags, BEAM), false)
  if (failed !== 0) process.stderr.write(`${output}\nIt could not be installed, so it is left out.\n`)
}
