/**
 * The packages as a person meets them: packed, installed into an empty project, type-checked and run there, on the oldest Node that is
 * promised and on a newer one. The quickstart prints what it prints in the repository.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../end-to-end/run-program.ts'
import { EmptyProject } from './empty-project.ts'

const root = join(import.meta.dirname, '../..')
const examples = join(root, 'examples/quickstart')
const PROGRAMS = ['clicks-live', 'clicks-history', 'abandoned-carts', 'late-sessions', 'reading-the-ledger']
const CLICKS = ['10:00 /home 2', '10:00 /cart 1', '10:01 /home 1', '10:02 /cart 1']

/** The first line that a program prints on this Node. */
const printed = (...args: readonly string[]): string =>
  execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()

const node24 = printed('scripts/node-24.js', '-p', 'process.execPath')
const tarballs = printed('scripts/stage-packages.js', join(root, 'out/tarballs')).split('\n')
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
    rewriteRelativeImportExtensions: true,
  },
  include: ['src'],
}

// What compiles in the repository compiles against the built declarations, and what must not does not.
const TYPED = `
import { combinePerKey, create, fixedWindows, minutes, windowInto, withKeys, type KV, type WindowedValue } from '@tidemark/core'
import { pipelineRef, type Pipeline } from '@tidemark/core/graph'
import { batchRunner } from '@tidemark/runners/batch'
import { sumOf } from '@tidemark/transforms'

const orders = [{ region: 'eu', amount: 2, at: 0 }, { region: 'us', amount: 3, at: 1 }] as const
export const revenue = (root: Parameters<Pipeline<never>>[0]) => ({
  revenue: root.pipe(
    create('Orders', orders, { timestamp: ({ at }) => at }),
    windowInto(fixedWindows(minutes(1))),
    withKeys(({ region }) => region),
    combinePerKey('Sum', sumOf(({ amount }) => amount)),
  ),
})
const { outputs } = await batchRunner().run(revenue)
const sums: readonly WindowedValue<KV<'eu' | 'us', number>>[] = outputs.revenue
// @ts-expect-error -- a sum is a number
const texts: readonly WindowedValue<KV<string, string>>[] = outputs.revenue
// @ts-expect-error -- there is no such output
outputs.profit
console.log(sums.map(({ value }) => value.join(' ')).join(), texts.length, pipelineRef<typeof revenue>(import.meta.url, 'revenue').export)
`

const CSV = `
import { batchRunner } from '@tidemark/runners/batch'
import { readCsv } from '@tidemark/io/csv'
try {
  await batchRunner().run((root) => ({ rows: root.pipe(readCsv('Rows', 'rows.csv', { timestamp: () => 0 })) }))
} catch (error) {
  console.log(error.code, error.message)
}
`

const nodes: readonly (readonly [version: string, node: string])[] = [process.execPath, node24].map((node) => [
  execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
  node,
])

it('is tried on two versions of Node', () => {
  expect(new Set(nodes.map(([version]) => version.split('.')[0])).size).toBe(2)
})

describe.each(nodes)('on Node %s, the packed packages', (_version, node) => {
  const project = new EmptyProject(node)

  beforeAll(async () => {
    const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`)
    await project.npmInstall([...tarballs, ...tools])
    for (const name of readdirSync(examples).filter((file) => file.endsWith('.ts'))) {
      project.write(`src/${name}`, readFileSync(join(examples, name), 'utf8'))
    }
    project.write('src/typed.ts', TYPED)
    project.write('tsconfig.json', JSON.stringify(TSCONFIG))
    project.write('examples/quickstart/clicks.ndjson', readFileSync(join(examples, 'clicks.ndjson'), 'utf8'))
  })
  afterAll(() => project.remove())

  it('bring their peers, and no connector that was not asked for: its door says what to install', async () => {
    const installed = readdirSync(join(project.folder, 'node_modules'))
    expect(installed).toContain('rxjs')
    expect(installed).not.toContain('csv-parse')
    project.write('csv.js', CSV)
    expect(await project.node('csv.js')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('npm install csv-parse'),
    })
  })

  it('type-check with the declarations that they ship, and compile the quickstart', async () => {
    expect(await project.node('node_modules/typescript/bin/tsc')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await project.node('dist/typed.js')).toEqual({ code: 0, stdout: 'eu 2,us 3 2 revenue\n', stderr: '' })
  })

  it.each(PROGRAMS)('run %s as in the repository', async (program) => {
    const expected = await runProgram(`quickstart/${program}.ts`)
    expect(await project.node(`dist/${program}.js`)).toEqual({ ...expected, code: 0, stderr: '' })
  })

  it('give the figures of the quickstart, over a file and live', async () => {
    const { stdout: live } = await project.node('dist/clicks-live.js')
    const { stdout: history } = await project.node('dist/clicks-history.js')
    expect(live.trim().split('\n')).toEqual(CLICKS)
    expect(history.trim().split('\n')).toEqual([...CLICKS, 'line 5: dead-letter'])
  })
})
