/**
 * Pipelines by name: what a ref holds, what it resolves to, and what is said when it does not.
 */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import {
  buildGraph,
  graphFingerprint,
  pipelineRef,
  resolvePipeline,
  type PipelineMaker,
  type PipelineRef,
} from '../../src/graph/index.ts'
import type { Json } from '../../src/index.ts'
import { largestOrder, type madeLater, type ordersOf } from './named-pipelines.ts'

const here = new URL('./named-pipelines.ts', import.meta.url).href
const door = new URL('../../src/graph/index.ts', import.meta.url).href
const refWith = (args: unknown): PipelineRef => pipelineRef(here, 'ordersOf', args as Json)
const untyped = (name: string, args?: Json): PipelineRef =>
  args === undefined ? pipelineRef(here, name) : pipelineRef(here, name, args)

describe('pipelineRef', () => {
  it('is plain data: module, export and a copy of the arguments', () => {
    const args = { name: 'Orders', days: [1, -0], none: null }
    const ref = refWith(args)
    args.days.push(2)
    expect(ref).toEqual({ module: here, export: 'ordersOf', args: { name: 'Orders', days: [1, 0], none: null } })
    expect(JSON.parse(JSON.stringify(ref))).toEqual(ref)
    expect(structuredClone(ref)).toEqual(ref)
    expect(Object.isFrozen(ref.args)).toBe(true)
  })

  it('has no arguments where the export is the pipeline itself', () => {
    expect(pipelineRef<typeof largestOrder>(here, 'largestOrder')).toEqual({ module: here, export: 'largestOrder' })
  })

  it.each([
    ['args.day', { day: new Date(0) }, 'an object of class Date'],
    ['args.seen', { seen: new Map() }, 'an object of class Map'],
    ['args.n', { n: NaN }, 'NaN'],
    ['args[1].n', [1, { n: Infinity }], 'Infinity'],
    ['args.n', { n: 1n }, 'a bigint'],
    ['args.fn', { fn: () => 1 }, 'a function'],
    ['args.x', { x: undefined }, 'undefined'],
    // eslint-disable-next-line no-sparse-arrays -- a hole is what is refused
    ['args[0]', [, 1], 'undefined'],
    ['args', { [Symbol('s')]: 1 }, 'a record with fields named by symbols'],
  ])('names the part of the arguments that JSON cannot carry: %s', (path, args, what) => {
    expect(() => refWith(args)).toThrow(
      expect.objectContaining({
        code: 'ARGS_NOT_JSON',
        message: expect.stringContaining(`${path} of a pipelineRef is ${what}.`),
      }),
    )
  })

  it('refuses arguments that contain themselves', () => {
    const args: Record<string, unknown> = {}
    args['self'] = [args]
    expect(() => refWith(args)).toThrow(expect.objectContaining({ code: 'ARGS_NOT_JSON' }))
  })

  it.each(['./pipelines.ts', 'pipelines.js', '/srv/pipelines.js', String.raw`C:\pipelines.js`, '@acme/pipelines', ''])(
    'refuses the module %s, which is no URL',
    (module) => {
      expect(() => pipelineRef(module, 'revenue')).toThrow(expect.objectContaining({ code: 'BAD_PIPELINE_REF' }))
    },
  )
})

describe('resolvePipeline', () => {
  it('gives the pipeline that a module exports', async () => {
    const ref = JSON.parse(JSON.stringify(pipelineRef<typeof largestOrder>(here, 'largestOrder'))) as PipelineRef
    expect(await resolvePipeline(ref)).toBe(largestOrder)
  })

  it('gives the pipeline that an export makes of the arguments', async () => {
    const pipeline = await resolvePipeline(pipelineRef<typeof ordersOf>(here, 'ordersOf', { name: 'Sales' }))
    expect(buildGraph(pipeline).steps.map(({ path }) => path)).toEqual(['Sales'])
  })

  it('gives the same graph in another process', () => {
    const program = `
      import { buildGraph, graphFingerprint, resolvePipeline } from ${JSON.stringify(door)}
      console.log(graphFingerprint(buildGraph(await resolvePipeline(JSON.parse(process.argv[1])))))`
    const options = ['--import', 'tsx', '--input-type=module', '--eval', program]
    const output = execFileSync(process.execPath, [...options, JSON.stringify(untyped('largestOrder'))], {
      encoding: 'utf8',
    })
    expect(output.trim()).toBe(graphFingerprint(buildGraph(largestOrder)))
  })

  it.each([
    ['largestOrders', 'Did you mean "largestOrder"?'],
    ['ordersof', 'Did you mean "ordersOf"?'],
    ['toString', 'It exports largestOrder, madeLater, ordersOf, pickyMaker, someNumber.'],
  ])('says which exports there are where %s is none', async (name, hint) => {
    await expect(resolvePipeline(untyped(name))).rejects.toThrow(
      expect.objectContaining({ code: 'PIPELINE_EXPORT', message: expect.stringContaining(hint) }),
    )
  })

  it('says so where a module exports nothing', async () => {
    const ref = pipelineRef('data:text/javascript,void 0', 'revenue')
    await expect(resolvePipeline(ref)).rejects.toThrow(
      expect.objectContaining({ code: 'PIPELINE_EXPORT', message: expect.stringContaining('It exports nothing') }),
    )
  })

  it.each([
    ['that does not exist', new URL('./nowhere.ts', import.meta.url).href],
    ['that throws while it loads', 'data:text/javascript,throw new Error("no database")'],
    ['that is not JavaScript', 'data:text/javascript,is not'],
    ['under a scheme nobody knows', 'gopher://pipelines'],
  ])('rejects with the cause for a module %s', async (_what, module) => {
    await expect(resolvePipeline(pipelineRef(module, 'revenue'))).rejects.toThrow(
      expect.objectContaining({
        code: 'PIPELINE_MODULE',
        message: expect.stringContaining(module),
        cause: expect.anything(),
      }),
    )
  })

  it.each([
    ['is a number', untyped('someNumber'), 'is a number'],
    ['is a number, though arguments are given', untyped('someNumber', {}), 'is a number'],
    ['makes a promise', pipelineRef<PipelineMaker<object> & typeof madeLater>(here, 'madeLater', {}), 'gave a promise'],
    ['makes outputs and no pipeline', pipelineRef(here, 'largestOrder', {}), 'threw when called with {}'],
    ['throws for these arguments', untyped('pickyMaker', { days: 0 }), 'threw when called with {"days":0}: days is 0'],
  ])('says what stands there where an export %s', async (_what, ref, said) => {
    await expect(resolvePipeline(ref)).rejects.toThrow(
      expect.objectContaining({ code: 'NOT_A_PIPELINE', message: expect.stringContaining(said) }),
    )
  })

  it('leads to an error of construction where the arguments have been forgotten', async () => {
    const pipeline = await resolvePipeline(untyped('ordersOf'))
    expect(() => buildGraph(pipeline)).toThrow(
      expect.objectContaining({ code: 'NOT_AN_OUTPUT', message: expect.stringContaining('called with arguments') }),
    )
  })
})
