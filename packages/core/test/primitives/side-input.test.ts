/**
 * Views, and the steps that read them, as the graph has them; and what is refused when it is built.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../src/graph/build-graph.ts'
import { graphFingerprint } from '../../src/graph/fingerprint.ts'
import type { PipelineGraph, Step } from '../../src/graph/pipeline-graph.ts'
import {
  afterCount,
  afterWatermark,
  asIterable,
  asMap,
  asMultimap,
  asSingleton,
  combinePerKey,
  create,
  filter,
  fixedWindows,
  flatMap,
  globalWindow,
  hours,
  map,
  minutes,
  parDo,
  repeatedly,
  sessions,
  slidingWindows,
  windowInto,
  withKeys,
  type PCollection,
  type PipelineError,
  type Root,
  type SideInput,
  type SideInputs,
  type WindowFn,
  type WindowingOptions,
} from '../../src/index.ts'
import { orders as describedOrders, type Order } from '../described-source.ts'
import { largest } from '../graph/largest.ts'

const perMinute = fixedWindows(minutes(1))
const late = { allowedLateness: hours(1), accumulationMode: 'accumulating' } as const

/** The one source of each pipeline. */
const sources = new WeakMap<Root, PCollection<Order>>()
function orders(root: Root): PCollection<Order> {
  const source = sources.get(root) ?? describedOrders(root)
  sources.set(root, source)
  return source
}

const windowed = (root: Root, windows: WindowFn = perMinute, options?: WindowingOptions): PCollection<Order> =>
  orders(root).pipe(windowInto(windows, options))
const amounts = (collection: PCollection<Order>): PCollection<number> => collection.pipe(map(({ amount }) => amount))

function graphOf(out: (root: Root) => PCollection<unknown>): PipelineGraph {
  return buildGraph((root) => ({ out: out(root) }))
}

function stepOf(out: (root: Root) => PCollection<unknown>, path: string): Step {
  return graphOf(out).steps.find((step) => step.path === path)!
}

/** Maps orders while it sees something of its own. */
const seeing = (
  root: Root,
  seen: SideInput<unknown>,
  main: PCollection<Order> = windowed(root),
): PCollection<unknown> =>
  main.apply(
    'Read',
    map((order, { view }) => [order, view], { side: { view: seen } }),
  ) as PCollection<unknown>

function errorOf(out: (root: Root) => unknown): Pick<PipelineError, 'code' | 'message' | 'step'> {
  try {
    buildGraph((root) => ({ out: out(root) as PCollection<unknown> }))
  } catch (error) {
    return error as PipelineError
  }
  throw new Error('the graph was built')
}

describe('a view', () => {
  it('is a grouping under one key, which emits once, at expiry, when it is read as final', () => {
    const graph = graphOf((root) => seeing(root, amounts(windowed(root, perMinute, late)).pipe(asIterable('View'))))
    const [keys, grouping] = ['View/WithKeys', 'View/GroupByKey'].map((path) =>
      graph.steps.find((step) => step.path === path),
    )
    expect(keys!.payload).toMatchObject({ primitive: 'stateless', form: 'with-keys', side: { names: [], views: [] } })
    expect(keys!.payload.primitive === 'stateless' && keys!.payload.fn(7 as never, {} as never)).toBeNull()
    expect(graph.collections[keys!.outputs[0]!]!.windowing).toMatchObject({
      windowFn: perMinute,
      trigger: { kind: 'never' },
      allowedLateness: 3_600_000,
    })
    expect(grouping).toMatchObject({ named: true, payload: { primitive: 'groupByKey', order: 'canonical' } })
    expect(graph.collections[grouping!.outputs[0]!]!.panes).toBe('one-pane')
  })

  it('keeps the trigger of its elements when it is read from its first pane on', () => {
    const trigger = repeatedly(afterCount(2))
    const graph = graphOf((root) =>
      seeing(
        root,
        amounts(windowed(root, perMinute, { ...late, trigger })).pipe(asIterable('View', { ready: 'first-pane' })),
      ),
    )
    const keys = graph.steps.find(({ path }) => path === 'View/WithKeys')!
    expect(graph.collections[keys.outputs[0]!]!.windowing).toMatchObject({ trigger, accumulationMode: 'accumulating' })
  })

  it('says how it is read: its form, when it is ready, and what a singleton is when there is none', () => {
    const pairs = (root: Root) => windowed(root).pipe(withKeys((order) => order.region))
    const viewOf = (view: (root: Root) => SideInput<unknown>): unknown => {
      const { payload } = stepOf((root) => seeing(root, view(root)), 'Read')
      return payload.primitive === 'stateless' && payload.side
    }
    expect(viewOf((root) => pairs(root).pipe(asMap('View')))).toEqual({
      names: ['view'],
      views: [{ path: 'View', form: 'map', ready: 'final', fallback: undefined }],
    })
    expect(viewOf((root) => pairs(root).pipe(asMultimap('View', { ready: 'first-pane' })))).toMatchObject({
      views: [{ form: 'multimap', ready: 'first-pane' }],
    })
    expect(viewOf((root) => pairs(root).pipe(asIterable('View')))).toMatchObject({ views: [{ form: 'iterable' }] })
    expect(viewOf((root) => pairs(root).pipe(asSingleton('View')))).toMatchObject({
      views: [{ form: 'singleton', fallback: undefined }],
    })
    expect(viewOf((root) => amounts(windowed(root)).pipe(asSingleton('View', { default: undefined })))).toMatchObject({
      views: [{ form: 'singleton', fallback: { value: undefined } }],
    })
  })

  it('is a scope of paths, so two of one name are refused', () => {
    expect(
      errorOf((root) => {
        const values = amounts(windowed(root))
        values.pipe(asIterable('View'))
        return values.pipe(asIterable('View'))
      }),
    ).toMatchObject({ code: 'DUPLICATE_STEP_NAME' })
  })
})

describe('a step with side inputs', () => {
  const allForms = (root: Root, side: SideInputs): Record<string, PCollection<unknown>> => {
    const main = windowed(root)
    return {
      map: main.pipe(map((order, seen) => [order, seen], { side })),
      filter: main.pipe(filter((_, seen) => seen !== undefined, { side })),
      flatMap: main.pipe(flatMap((order, seen) => [order, seen], { side })),
      withKeys: main.pipe(withKeys((_, seen) => seen, { side })),
      parDo: main.pipe(parDo({ side, process: (order: Order, context) => [order, context.side] })),
    }
  }

  it('reads them as its further inputs, in the order of their names, whatever its form', () => {
    const graph = buildGraph((root) => {
      const totals = amounts(windowed(root)).pipe(asSingleton('Totals', { default: 0 }))
      const regions = windowed(root, slidingWindows(hours(1), minutes(1))).pipe(
        withKeys((order) => order.region),
        asMultimap('Regions'),
      )
      return allForms(root, { totals, regions })
    })
    for (const output of Object.values(graph.outputs)) {
      const { inputs, payload } = graph.steps[graph.collections[output]!.step]!
      const writers = inputs.map((input) => graph.steps[graph.collections[input]!.step]!.path)
      expect(writers.slice(1)).toEqual(['Totals/GroupByKey', 'Regions/GroupByKey'])
      expect('side' in payload && payload.side.names).toEqual(['totals', 'regions'])
      expect(graph.collections[output]!.windowing.windowFn).toBe(perMinute)
    }
    expect(Object.isFrozen(graph.steps.at(-1)!.inputs)).toBe(true)
  })

  // Mutation: packages/core/src/primitives/step-side.ts: `views.some(({ ready }) => ready !== 'final')` → `views.every(({ ready }) => ready !== 'final')`
  it('would drift when one of them is read before it is final, and inherits why a view would', () => {
    const driftOf = (ready: 'final' | 'first-pane', mayDrift: boolean): unknown => {
      const options = { ...late, trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }) } as const
      const graph = buildGraph((root) => {
        const several = windowed(root, perMinute, mayDrift ? { ...options, mayDrift } : late).pipe(
          withKeys((order) => order.region),
          map(([region, { amount }]) => [region, amount] as const),
          combinePerKey('Largest', largest),
        )
        const input: PCollection<unknown> = mayDrift ? several : amounts(windowed(root))
        const seen = input.pipe(asIterable('View', { ready }))
        return allForms(root, { final: amounts(windowed(root)).pipe(asIterable('Final')), seen })
      })
      return Object.fromEntries(
        Object.entries(graph.outputs).map(([name, output]) => {
          const { drift } = graph.steps[graph.collections[output]!.step]!
          return [name, drift.reasons.map(({ reason }) => reason)]
        }),
      )
    }
    const everywhere = (reasons: readonly string[]) =>
      Object.fromEntries(['map', 'filter', 'flatMap', 'withKeys', 'parDo'].map((name) => [name, reasons]))
    expect(driftOf('final', false)).toEqual(everywhere([]))
    expect(driftOf('first-pane', false)).toEqual(everywhere(['side-input-before-final']))
    expect(driftOf('final', true)).toEqual(everywhere(['several-panes']))
  })

  it('shows in the fingerprint with its views, their names and when they are read', () => {
    const fingerprint = (side: (view: SideInput<unknown>) => SideInputs, ready: 'final' | 'first-pane' = 'final') =>
      graphFingerprint(
        graphOf((root) => {
          const view = amounts(windowed(root)).pipe(asIterable('View', { ready }))
          return windowed(root).pipe(map((order) => order, { side: side(view) }))
        }),
      )
    const own = fingerprint((rates) => ({ rates }))
    expect(own).toBe(fingerprint((rates) => ({ rates })))
    const others = [
      fingerprint(() => ({})),
      fingerprint((prices) => ({ prices })),
      fingerprint((rates) => ({ rates }), 'first-pane'),
      fingerprint((rates) => ({ rates, again: rates })),
    ]
    expect(new Set([own, ...others]).size).toBe(5)
  })
})

describe('refused is', () => {
  it('a view that would never be final, with what to do', () => {
    const error = errorOf((root) => seeing(root, orders(root).pipe(asIterable('View')), orders(root)))
    expect(error).toMatchObject({ code: 'SIDE_INPUT_NEVER_READY', step: 'View' })
    expect(error.message).toContain('would wait for ever')
    expect(error.message).toContain("ready: 'first-pane'")
  })

  it('and is not when its collection ends, or it is read from its first pane on', () => {
    const fires = { ...late, trigger: repeatedly(afterCount(1)) } as const
    const global = orders
    expect(() =>
      graphOf((root) => seeing(root, root.pipe(create('Few', [1, 2])).pipe(asIterable('View')), global(root))),
    ).not.toThrow()
    expect(() =>
      graphOf((root) => {
        const triggered = global(root).pipe(windowInto(globalWindow(), fires))
        return seeing(root, triggered.pipe(asIterable('View', { ready: 'first-pane' })), global(root))
      }),
    ).not.toThrow()
  })

  it('an unbounded view in the global window whose trigger never fires, read from its first pane on', () => {
    const view = (root: Root) => orders(root).pipe(asIterable('View', { ready: 'first-pane' }))
    expect(errorOf((root) => seeing(root, view(root), orders(root)))).toMatchObject({
      code: 'SIDE_INPUT_NEVER_READY',
      step: 'View',
    })
  })

  it('a view of several panes, each of which would be one more element', () => {
    const options = { ...late, trigger: repeatedly(afterCount(1)) } as const
    expect(
      errorOf((root) =>
        windowed(root, perMinute, options).pipe(
          map((order) => [order.region, order.amount] as const),
          combinePerKey('Largest', largest),
          asMap('View'),
        ),
      ),
    ).toMatchObject({ code: 'SEVERAL_PANES', step: 'View' })
  })

  it.each([
    ['SIDE_INPUT_MERGES', perMinute, sessions(minutes(1))],
    ['SIDE_INPUT_OF_GLOBAL', undefined, perMinute],
    ['SIDE_INPUT_GAPS', perMinute, slidingWindows(minutes(1), minutes(2))],
  ])('a view whose windows no main window leads to: %s', (code, main, side) => {
    expect(
      errorOf((root) =>
        seeing(
          root,
          windowed(root, side).pipe(asIterable('View')),
          main === undefined ? orders(root) : windowed(root, main),
        ),
      ),
    ).toMatchObject({ code, step: 'Read' })
  })

  // Mutation: packages/core/src/primitives/step-side.ts: `view.ready !== 'final'` → `view.ready === 'final'`
  it('a view read before it is final by changes, as what is taken back might see another pane', () => {
    const retracting = { ...late, accumulationMode: 'retracting' } as const
    const reading = (ready: 'final' | 'first-pane') => (root: Root) => {
      const seen = amounts(windowed(root)).pipe(asIterable('View', { ready }))
      const changes = windowed(root, perMinute, retracting).pipe(
        map((order) => [order.region, order.amount] as const),
        combinePerKey('Largest', largest),
      )
      return changes.apply(
        'Read',
        map((pair, { view }) => [pair, view], { side: { view: seen } }),
      )
    }
    expect(errorOf(reading('first-pane'))).toMatchObject({ code: 'CHANGES_BEFORE_FINAL', step: 'Read' })
    expect(() => graphOf(reading('final'))).not.toThrow()
  })

  it('a view of another pipeline', () => {
    let stolen: SideInput<unknown> | undefined
    buildGraph((root) => {
      stolen = amounts(windowed(root)).pipe(asIterable('View'))
      return { out: orders(root) }
    })
    expect(errorOf((root) => seeing(root, stolen!))).toMatchObject({ code: 'FOREIGN_COLLECTION' })
  })

  it('something that is no view, with how to make one', () => {
    const withSide = (side: unknown) => (root: Root) =>
      windowed(root).pipe(map((order) => order, { side: side as SideInputs }))
    const collection = errorOf((root) => withSide({ rates: orders(root) })(root))
    expect(collection).toMatchObject({ code: 'NOT_A_SIDE_INPUT' })
    expect(collection.message).toContain('"rates"')
    expect(collection.message).toContain('asMap')
    for (const value of [undefined, null, 7, {}, 'rates'])
      expect(errorOf(withSide({ rates: value }))).toMatchObject({ code: 'NOT_A_SIDE_INPUT' })
    for (const value of [null, 7, 'rates', ['rates']])
      expect(errorOf(withSide(value))).toMatchObject({ code: 'BAD_OPTION' })
    const unnamed = errorOf((root) => withSide(windowed(root).pipe(asIterable('View')))(root))
    expect(unnamed).toMatchObject({ code: 'BAD_OPTION' })
    expect(unnamed.message).toContain('{ side: { rates } }')
    expect(errorOf((root) => windowed(root).pipe(parDo({ side: 7 as never, process: () => [] })))).toMatchObject({
      code: 'BAD_OPTION',
    })
  })

  it('an option that a view does not have, and a readiness that there is not', () => {
    const optionsOf = (options: object) => (root: Root) => windowed(root).pipe(asIterable('View', options))
    expect(errorOf(optionsOf({ redy: 'final' }))).toMatchObject({ code: 'BAD_OPTION' })
    expect(errorOf(optionsOf({ default: 0 }))).toMatchObject({ code: 'BAD_OPTION' })
    expect(errorOf(optionsOf({ ready: 'firstpane' })).message).toContain('Did you mean "first-pane"?')
  })
})
