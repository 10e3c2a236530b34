/**
 * Which layer may import which, checked on every import line, and that ARCHITECTURE.md says the same.
 */
import { describe, expect, it } from 'vitest'
import {
  badFileNames,
  forbiddenImports,
  impureBarrels,
  impurities,
  layerTableOf,
  type LayerTable,
} from './gates/architecture.ts'
import { doors, packages, readText, typescriptFiles } from './gates/repository.ts'

const coreDoors = ['@tidemark/core', '@tidemark/core/graph']
const inTests = ['doors', 'node:*', 'vitest', 'fast-check', 'rxjs', '@js-joda/core', 'zod']

/** What each layer may import. */
const layers: LayerTable = {
  'core/error': [],
  'core/time': ['core/error', '@js-joda/core'],
  'core/coder': ['core/error', 'core/time'],
  'core/window': ['core/error', 'core/time', 'core/coder', '@js-joda/core'],
  'core/calendar': ['core/error', 'core/time', 'core/window', '@js-joda/core', '@js-joda/timezone'],
  'core/trigger': ['core/error', 'core/time', '@js-joda/core'],
  'core/state': ['core/error', 'core/time', 'core/coder', 'core/model/combine-fn', '@js-joda/core'],
  'core/model/combine-fn': ['core/coder'],
  'core/model': ['core/error', 'core/time', 'core/coder', 'core/window', 'core/trigger', 'core/state', '@js-joda/core'],
  'core/field': ['core/error', 'core/time', 'core/calendar', 'core/model/standard-schema'],
  'core/model/standard-schema': ['core/error'],
  'core/primitives': [
    'core/error',
    'core/time',
    'core/coder',
    'core/window',
    'core/trigger',
    'core/state',
    'core/model/combine-fn',
    'core/model',
    '@js-joda/core',
  ],
  'core/graph': [
    'core/error',
    'core/time',
    'core/coder',
    'core/window',
    'core/trigger',
    'core/state',
    'core/model',
    'core/primitives',
    'core/field',
  ],
  'core/index': [
    'core/error',
    'core/time',
    'core/coder',
    'core/window',
    'core/trigger',
    'core/state',
    'core/model',
    'core/primitives',
    'core/model/standard-schema',
  ],
  'core/testing': ['core/index', '@js-joda/core'],
  transforms: ['@tidemark/core'],
  'transforms/metrics': ['transforms', '@tidemark/core', '@tidemark/core/fields'],
  'io/file': ['@tidemark/core', 'node:*'],
  'io/text': ['io/file', '@tidemark/core', 'node:*'],
  'io/ndjson': ['io/file', '@tidemark/core', 'lossless-json', 'node:*'],
  'io/csv': ['io/file', '@tidemark/core', 'csv-parse', 'node:*'],
  'io/tsv': ['io/file', '@tidemark/core', 'node:*'],
  'io/memory': ['@tidemark/core', 'node:*'],
  'runners/settled': ['@tidemark/core'],
  'runners/execution': ['runners/settled', ...coreDoors],
  'runners/env': ['@tidemark/core', 'node:*'],
  'runners/driver': [...coreDoors],
  'runners/batch': ['runners/settled', 'runners/execution', 'runners/env', 'runners/driver', ...coreDoors, 'node:*'],
  'runners/streaming': [
    'runners/settled',
    'runners/execution',
    'runners/env',
    'runners/driver',
    ...coreDoors,
    'rxjs',
    'node:*',
  ],
  'runners/testing': ['runners/settled', ...coreDoors, '@tidemark/core/testing'],
  'runners/testing/expect-panes': [
    'runners/testing',
    'runners/settled',
    'runners/execution',
    'runners/batch',
    'runners/streaming',
    ...coreDoors,
    '@tidemark/core/testing',
  ],
  'runners/testing/assert-same-answer': [
    'runners/testing',
    'runners/settled',
    'runners/execution',
    'runners/batch',
    'runners/streaming',
    ...coreDoors,
    '@tidemark/core/testing',
  ],
  examples: ['doors', 'node:*', 'rxjs', 'cli-table3', 'commander', 'csv-parse', 'picocolors', 'tldts'],
  bench: ['doors', 'node:*', 'rxjs', '@datadog/sketches-js'],
  // The engine has no door, and conformance and drift are about the engine itself.
  test: ['examples', 'runners/execution', 'runners/testing', ...inTests, 'yaml'],
  'core/test': ['core', ...inTests],
  'transforms/test': ['transforms', ...inTests, '@datadog/sketches-js'],
  'io/test': ['io', ...inTests],
  'runners/test': ['runners', ...inTests],
}

const sources = typescriptFiles(...packages.map((name) => `packages/${name}/src`))
const all = [
  ...sources,
  ...typescriptFiles(...packages.map((name) => `packages/${name}/test`), 'examples', 'test', 'bench'),
]
const withoutPlatform = /^packages\/(?:core|transforms)\/src\/|^packages\/runners\/src\/(?:settled|execution)\//

describe('the repository', () => {
  it('imports along the layer table only', () => {
    expect(forbiddenImports(all, layers, doors())).toEqual([])
  })

  it('has the same layer table in ARCHITECTURE.md', () => {
    expect(layerTableOf(readText('ARCHITECTURE.md'), 'Layers')).toEqual(layers)
  })

  it('has index files only as doors, and doors of export lines only', () => {
    expect(impureBarrels(sources, doors())).toEqual([])
  })

  it('has a source file behind every door', () => {
    const paths = new Set(sources.map(({ path }) => path))
    expect(doors().filter(({ path }) => !paths.has(path))).toEqual([])
  })

  it('names every file after its concept', () => {
    expect(badFileNames(all.map(({ path }) => path))).toEqual([])
  })

  it('reads no clock, no chance and no environment in core, transforms, settled and execution', () => {
    expect(impurities(sources.filter(({ path }) => withoutPlatform.test(path)))).toEqual([])
  })
})

describe('the rules', () => {
  const table: LayerTable = {
    'core/time': ['@js-joda/core'],
    'core/window': ['core/time'],
    runners: ['@tidemark/core', 'node:*'],
  }
  const open = [{ specifier: '@tidemark/core', path: 'packages/core/src/index.ts' }]
  const offences = (path: string, source: string) => forbiddenImports([{ path, source }], table, open)

  it('allow what the table allows', () => {
    const ofWindow = `import type { Timestamp } from '../time/timestamp.ts'\nexport { a } from './window.ts'\n`
    expect(offences('packages/core/src/window/window.ts', ofWindow)).toEqual([])
    expect(offences('packages/core/src/time/duration.ts', `import { Duration } from '@js-joda/core'`)).toEqual([])
    expect(offences('packages/runners/src/run.ts', `import '@tidemark/core'\nimport 'node:fs'`)).toEqual([])
  })

  it('name the file and the specifier of an import against the direction', () => {
    expect(offences('packages/core/src/time/a.ts', `\nimport {\n  b,\n} from '../window/b.ts'`)).toEqual([
      `packages/core/src/time/a.ts:4 (core/time) may not import '../window/b.ts'`,
    ])
  })

  it.each([
    `import { map } from 'rxjs'`,
    `import { map } from 'rxjs/operators'`,
    `import 'node:fs'`,
    `export { readFile } from 'node:fs/promises'`,
    `export * from 'node:fs'`,
    `const fs = await import('node:fs')`,
    `import { deep } from '@tidemark/core/src/time/deep.ts'`,
    `import type { A } from '../../runners/src/a.ts'`,
    `const a = 1; import b from "b"`,
  ])('refuse, in a layer that may import time only: %s', (line) => {
    expect(offences('packages/core/src/window/a.ts', line)).toHaveLength(1)
  })

  it('let a door name what stands in its folder, unless the door has a row of its own', () => {
    const rows: LayerTable = {
      ...table,
      'runners/testing': [],
      'runners/testing/deep': [],
      'core/index': ['core/time'],
    }
    const from = (path: string, source: string) => forbiddenImports([{ path, source }], rows, open)
    expect(from('packages/runners/src/testing/index.ts', `export { a } from './deep.ts'`)).toEqual([])
    expect(from('packages/runners/src/testing/other.ts', `export { a } from './deep.ts'`)).toHaveLength(1)
    expect(from('packages/core/src/index.ts', `export { a } from './time/a.ts'`)).toEqual([])
    expect(from('packages/core/src/index.ts', `export { a } from './window/a.ts'`)).toHaveLength(1)
  })

  it('see no import in a comment or a string', () => {
    expect(offences('packages/core/src/time/a.ts', `/** import 'x' */\n// import 'x'\nconst a = "import 'x'"`)).toEqual(
      [],
    )
  })

  it('refuse a door that does not exist, and a file that stands in no layer', () => {
    expect(offences('packages/runners/src/a.ts', `import '@tidemark/core/secret'`)).toHaveLength(1)
    expect(offences('packages/core/src/other/a.ts', '')).toEqual([
      'packages/core/src/other/a.ts stands in no layer of the table',
    ])
  })

  it('refuse logic, stars and strangers in index files', () => {
    const barrel = (source: string, path = 'packages/core/src/index.ts') => impureBarrels([{ path, source }], open)
    expect(barrel(`/** Head. */\nexport { a, b } from './a.ts'\nexport type {\n  C,\n} from './c.ts'\n`)).toEqual([])
    expect(barrel(`export const a = 1`)).toHaveLength(1)
    expect(barrel(`import { a } from './a.ts'\nexport { a }`)).toHaveLength(1)
    expect(barrel(`export * from './a.ts'`)).toHaveLength(1)
    expect(barrel(`export { a } from 'rxjs'`)).toHaveLength(1)
    expect(barrel(`export { a } from './a.ts'`, 'packages/core/src/time/index.ts')).toHaveLength(1)
  })

  it('refuse names that say nothing', () => {
    const bad = [
      'packages/core/src/utils.ts',
      'packages/io/src/common/file.ts',
      'test/helpers.ts',
      'bench/myBench.ts',
      'test/types.test.ts',
    ]
    expect(badFileNames(bad)).toEqual(bad)
    expect(badFileNames(['packages/core/src/time/duration.ts', 'packages/core/test/window/laws.test-prop.ts'])).toEqual(
      [],
    )
  })

  it.each([
    'Date.now()',
    'new Date()',
    'new Date( )',
    'Math.random()',
    'setTimeout(f, 1)',
    'setInterval(f, 1)',
    'setImmediate(f)',
    'queueMicrotask(f)',
    'process.env',
    'performance.now()',
    'crypto.randomUUID()',
    'globalThis.setTimeout',
  ])('find the impurity %s', (use) => {
    expect(impurities([{ path: 'a.ts', source: `const a = () => {\n  ${use}\n}` }])).toHaveLength(1)
  })

  it('find no impurity in words that only look like one', () => {
    const source = `// Date.now()\nfn.process.call(x); this.setTimeout(); new Date(0); text = 'process.env'; processElement.a; process(b)`
    expect(impurities([{ path: 'a.ts', source }])).toEqual([])
  })

  it('read the table of a page', () => {
    const page =
      '# A\n\n| layer | may import |\n| - | - |\n| `x` | `y` |\n\n## Layers\n\n| layer | may import |\n| --- | --- |\n| `a/b` | `c`, `node:*` |\n| `c` | – |\n'
    expect(layerTableOf(page, 'Layers')).toEqual({ 'a/b': ['c', 'node:*'], c: [] })
  })
})
