/**
 * What the drift property has found, as the smallest scenarios that show it.
 */
import { describe, expect, it } from 'vitest'
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  create,
  fixedWindows,
  flatten,
  seconds,
  windowInto,
  type AccumulationMode,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { count } from '@tidemark/transforms'
import { checkDrift } from './check-drift.ts'
import type { Element, OptionsSpec, SourceSpec, StageSpec } from './pipeline-spec.ts'
import { isAccepted } from './random-graph.ts'
import { runLive } from './run-live.ts'
import type { Scenario, ScenarioEvent } from './scenario.ts'

const early: OptionsSpec = {
  trigger: { kind: 'watermark', early: { kind: 'count', count: 1 }, late: { kind: 'count', count: 1 } },
  lateness: 10,
  mode: 'retracting',
}
const fixed = { kind: 'fixed', size: 10, offset: 0 } as const
const counted: StageSpec = { kind: 'combine', combiner: 'count', keyed: true }

const elements = create('Elements', [['a', 1] as const])

function windowed(accumulationMode: AccumulationMode) {
  return windowInto<readonly [string, number]>(fixedWindows(seconds(10)), {
    trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
    allowedLateness: seconds(10),
    accumulationMode,
  })
}

function scenario(
  stages: readonly StageSpec[],
  events: readonly (readonly (readonly [second: number, key: unknown, number: number])[])[],
  source: Partial<SourceSpec> = {},
): Scenario {
  const toOffer = (elements: (typeof events)[number]): ScenarioEvent => ({
    kind: 'offer',
    source: 0,
    split: 0,
    elements: elements.map(([second, key, number]): Element => [second * 1000, key, number]),
  })
  return {
    pipeline: { unit: 1000, base: 0, sources: [{ bounded: false, splits: 1, ...source }], stages },
    events: events.map(toOffer),
    zone: 'UTC',
  }
}

async function faultsOf(...of: Parameters<typeof scenario>): Promise<string> {
  return (await checkDrift(scenario(...of))).faults.join('\n')
}

describe('the engine', () => {
  it('leaves no session as wide as an element had made it that was taken back', async () => {
    const first: StageSpec = { kind: 'window', windows: { kind: 'sessions', gap: 9 }, options: early }
    const second: StageSpec = {
      kind: 'window',
      windows: { kind: 'sessions', gap: 5 },
      options: { lateness: 60, mode: 'retracting' },
    }
    const joined = [[[1, 'a', 1]], [[12, 'a', 1]], [[6, 'a', 1]], [[40, 'a', 1]]] as const
    expect(await faultsOf([first, counted, second, counted], joined)).toBe('')
  })

  // Mutation: packages/runners/src/execution/watermark/waiting-hold.ts: `return timestamp < last ? timestamp : last` → `return timestamp`
  it('holds a window open for an element that waits and lies beyond it', async () => {
    const stages: readonly StageSpec[] = [
      { kind: 'window', windows: fixed },
      { kind: 'later', by: 7 },
      { kind: 'lookup', order: 'input' },
      counted,
    ]
    const { ledger } = await runLive(scenario(stages, [[[8, 'a', 1]], [[30, 'a', 1]], [[50, 'b', 1]]], { disorder: 0 }))
    expect(ledger).toEqual([])
  })

  it('names the key of a group 0, whether -0 or 0 came first', async () => {
    expect(await faultsOf([{ kind: 'window', windows: fixed }, counted], [[[1, -0, 1]], [[2, 0, 1]]])).toBe('')
    const sessions = { kind: 'sessions', gap: 5 } as const
    expect(await faultsOf([{ kind: 'window', windows: sessions }, counted], [[[1, ['x', -0], 1]]])).toBe('')
  })

  it('keeps what one pane brings over each of the ways into a flatten', async () => {
    expect(
      await faultsOf(
        [{ kind: 'window', windows: fixed }, counted, { kind: 'diamond' }],
        [
          [
            [1, 'a', 1],
            [2, 'a', 1],
          ],
        ],
      ),
    ).toBe('')
  })

  it('puts the elements of a bundle into their session before the watermark inside the bundle closes it', async () => {
    const sessions: StageSpec = { kind: 'window', windows: { kind: 'sessions', gap: 10 } }
    const elements = [4, 17, 26, 29, 34].map((second) => [second, 'a', 1] as const)
    expect(
      await faultsOf(
        [sessions, counted],
        elements.map((element) => [element]),
        { disorder: 2 },
      ),
    ).toBe('')
  })

  it('does not drop below what an empty collection combines to in the global window', async () => {
    expect(await faultsOf([{ kind: 'combine', combiner: 'sum', keyed: false }, counted], [], { bounded: true })).toBe(
      '',
    )
  })

  it('aligns timers before the epoch as those after it', async () => {
    const stateful: StageSpec = { kind: 'stateful', delay: 4, expiration: false }
    expect(
      await faultsOf(
        [stateful],
        [
          [
            [-8, 'a', -4],
            [-8, 'a', 5],
          ],
        ],
        { bounded: true },
      ),
    ).toBe('')
  })

  it('notes that batch would have joined an element with a session whose trigger has finished', async () => {
    const once: OptionsSpec = { trigger: { kind: 'watermark' }, lateness: 20, mode: 'accumulating', mayLoseData: true }
    const sessions: StageSpec = { kind: 'window', windows: { kind: 'sessions', gap: 5 }, options: once }
    const late = [[[26, 'a', 1]], [[44, 'b', 1]], [[29, 'a', 2]]] as const
    const { live } = await checkDrift(scenario([sessions, counted], late, { disorder: 0 }))
    expect(live?.ledger.map(({ reason, element }) => [reason, element])).toEqual([['session-split', ['a', 2]]])
  })

  it('gives the same result in bundles of any size where two ways lead from a source to a flatten', async () => {
    const bundle = [
      [41.8, 'b', 2],
      [19.75, 'a', 1],
    ] as const
    const windowed: StageSpec = { kind: 'window', windows: { kind: 'fixed', size: 20, offset: 0 } }
    const stages: readonly StageSpec[] = [{ kind: 'diamond' }, windowed, counted]
    const together = await runLive(scenario(stages, [bundle], { disorder: 20 }))
    const alone = await runLive(
      scenario(
        stages,
        bundle.map((element) => [element]),
        { disorder: 20 },
      ),
    )
    expect(together.ledger.map(({ element }) => element)).toEqual(alone.ledger.map(({ element }) => element))
  })
})

describe('a stateful step with a shorter lateness than the grouping above', () => {
  it('drops the same panes in bundles of any size', async () => {
    // mutation: false for latenessMatters in Grouping
    const corrected: OptionsSpec = { trigger: { kind: 'default' }, lateness: 40, mode: 'retracting' }
    const stages: readonly StageSpec[] = [
      { kind: 'window', windows: { kind: 'fixed', size: 20, offset: 0 }, options: corrected },
      { kind: 'combine', combiner: 'mean', keyed: true },
      { kind: 'stateful', delay: 1, lateness: 2, expiration: false },
    ]
    const bundle = [
      [46.001, 'a', 0.1],
      [19.001, 'a', 0.2],
    ] as const
    const dropped = async (...bundles: Parameters<typeof scenario>[1]): Promise<readonly string[]> =>
      (await runLive(scenario(stages, bundles, { disorder: 0 }))).ledger.map(({ reason }) => reason)
    expect(await dropped(bundle)).toEqual(['too-late'])
    expect(await dropped([bundle[0]], [bundle[1]])).toEqual(['too-late'])
  })
})

describe('construction', () => {
  it('calls a flatten of discarding panes unsafe, as nothing says which of its elements were to be merged', () => {
    const graph = buildGraph((root) => {
      const counts = root.pipe(elements, windowed('discarding'), combinePerKey('Count', count()))
      return { out: flatten([counts, counts]) }
    })
    expect(graph.steps.at(-1)?.drift.safe).toBe(false)
  })

  it('refuses to flatten changes with panes that a windowInto has only renamed', () => {
    const mixed = (root: Root) => {
      const all = root.pipe(elements)
      const replacing = all.pipe(windowed('accumulating'), combinePerKey('Replacing', count()), windowed('retracting'))
      const changing = all.pipe(windowed('retracting'), combinePerKey('Changing', count()), windowed('retracting'))
      return { out: flatten([replacing, changing]).pipe(combinePerKey('Both', count())) }
    }
    expect(() => buildGraph(mixed)).toThrow(/FLATTEN_INCOMPATIBLE|have different/)
  })

  it('refuses to flatten changes with panes that replace each other', () => {
    const modes: StageSpec = { kind: 'modes', windows: fixed, options: early, other: 'accumulating' }
    expect(isAccepted(scenario([modes, counted], []).pipeline)).toBe(false)
  })

  it('refuses a trigger that fires once and finishes, whatever its parts do', () => {
    const forever = { kind: 'repeatedly', of: { kind: 'count', count: 1 } } as const
    const accepted = (['any', 'all'] as const).filter((kind) => {
      const options: OptionsSpec = { trigger: { kind, of: [forever] }, lateness: 10, mode: 'accumulating' }
      return isAccepted(scenario([{ kind: 'window', windows: fixed, options }, counted], []).pipeline)
    })
    expect(accepted).toEqual([])
  })
})
