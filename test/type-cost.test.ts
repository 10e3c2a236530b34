/**
 * What pipelines cost the type checker: how many types it makes for one of six steps. An editor waits for every one of them.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './gates/repository.ts'

/** Measured with TypeScript 7.0.2: 210 for each pipeline. Half as much again is a change that somebody should have meant. */
const BUDGET = 315
const PIPELINES = 50

describe('a pipeline of six steps', () => {
  it(`costs the type checker at most ${BUDGET} instantiations`, () => {
    const perPipeline = (instantiations(PIPELINES) - instantiations(0)) / PIPELINES
    expect(perPipeline).toBeGreaterThan(20)
    expect(perPipeline).toBeLessThan(BUDGET)
  })
})

/** The instantiations of a program of so many pipelines. */
function instantiations(pipelines: number): number {
  const directory = join(root, 'test/out/type-cost')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'fixture.ts'), fixture(pipelines))
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.base.json',
      compilerOptions: {
        composite: false,
        noEmit: true,
        declarationMap: false,
        rootDir: '../../..',
        rewriteRelativeImportExtensions: false,
        allowImportingTsExtensions: true,
      },
      files: ['fixture.ts'],
    }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const report = execFileSync(process.execPath, [tsc, '-p', directory, '--extendedDiagnostics'], { encoding: 'utf8' })
  return Number(/Instantiations:\s+(\d+)/.exec(report)?.[1])
}

/** The first worked example of the style page, under so many names. */
function fixture(pipelines: number): string {
  const head = `
import { afterCount, afterProcessingTime, afterWatermark, composite, combinePerKey, filter, fixedWindows, hours, map, minutes, seconds, windowInto, withKeys, type PCollection } from '@tidemark/core'
import { sumOf } from '@tidemark/transforms'
export interface Order { readonly id: string; readonly region: 'eu' | 'us'; readonly amount: number; readonly placedAt: number }
`
  const pipeline = (name: string): string => `
export const ${name} = composite('${name}', (orders: PCollection<Order>) =>
  orders.pipe(
    filter((order) => order.amount > 0),
    map((order) => ({ ...order, amount: order.amount * 100 })),
    windowInto(fixedWindows(minutes(1)), {
      trigger: afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) }),
      allowedLateness: hours(1),
      accumulationMode: 'accumulating',
    }),
    withKeys((order) => order.region),
    combinePerKey('Sum', sumOf((order) => order.amount)),
    map(([region, sum]) => ({ region, sum })),
  ),
)
`
  return (
    head +
    Array.from({ length: pipelines }, (_, index) => pipeline(`Revenue${index}`)).join('') +
    'export const used = [composite, filter, map, windowInto, withKeys, combinePerKey, sumOf, fixedWindows, minutes, hours, seconds, afterWatermark, afterProcessingTime, afterCount] as readonly unknown[]\nexport type Used = PCollection<Order>\n'
  )
}
