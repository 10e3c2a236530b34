/**
 * What a step with side inputs lets through, and when, is what the pane evaluator computes from the statements: event by event, whether views
 * are read when they are final or from their first pane on.
 */
import { encodeValue } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { playScript } from '../../../src/testing/expect-panes/play-script.ts'
import { evaluatePanes } from '../../../src/testing/panes/evaluate-panes.ts'
import type { EntryAt, OutputAt, Script, ScriptEvent, TracedResult } from '../../../src/testing/panes/script.ts'
import { arrivals, pipelineOf, sideSpecs, TICK } from './random-side.ts'
import type { Arrival, SideSpec, SourceName, ViewSpec } from './random-side.ts'

const RUNS = Number(process.env['TIDEMARK_RUNS'] ?? 120)

/** The arrivals as a script, in which every source that is read ends. */
function scriptOf(list: readonly Arrival[], sources: ReadonlySet<string>): Script {
  const events = list
    .filter(({ source }) => sources.has(source))
    .map((arrival): ScriptEvent => {
      const { source } = arrival
      if ('offer' in arrival)
        return { elements: source, rows: arrival.offer.map((element) => [element, element[0] * TICK]) }
      return 'watermark' in arrival ? { watermark: source, t: arrival.watermark * TICK } : { idle: source }
    })
  return [...events, ...Array.from(sources, (source) => ({ complete: source }))]
}

/** All that is promised of panes and ledger: order only within one event, and there nothing. */
function promised({ outputs, ledger }: TracedResult): unknown {
  const bytes = (value: unknown): string => Buffer.from(encodeValue(value)).toString('hex')
  const paneText = ({ at, element: { value, timestamp, window, pane, sign } }: OutputAt): string => {
    const { timing, index, nonSpeculativeIndex, isFirst, isLast } = pane
    const place = [at, bytes(value), timestamp, window.start, window.end, sign]
    return JSON.stringify([...place, timing, index, nonSpeculativeIndex, isFirst, isLast])
  }
  const entryText = ({ at, reason, step, element, timestamp, window }: EntryAt): string =>
    JSON.stringify([at, reason, step, bytes(element), timestamp, window && [window.start, window.end]])
  return {
    outputs: Object.values(outputs).map((list) => list.map(paneText).toSorted()),
    ledger: ledger.map(entryText).toSorted(),
  }
}

/**
 * Strategies of sources are not applied by the evaluator. What comes first of what one event brings to several inputs of a step is nobody's
 * promise, so a view that is read from its first pane on has a source of its own. Nor is it how many panes leave a step in one bundle,
 * which would show below; and on their way elements hold the evaluator's watermark by their timestamps alone, which may lie beyond their windows.
 */
function comparable(spec: SideSpec): SideSpec {
  let own: SourceName | undefined = 'Other'
  const views = spec.views.map((view): ViewSpec => {
    const isFirst = view.ready === 'first-pane' && own !== undefined
    if (isFirst) own = undefined
    return isFirst
      ? { ...view, source: 'Other' }
      : { ...view, ready: 'final', source: view.source === 'Other' ? 'Side' : view.source }
  })
  const above = spec.above === 'moved' ? 'elements' : spec.above
  const below = above === 'retracting' ? 'nothing' : spec.below
  return { ...spec, above, views, below, disorder: { Main: undefined, Side: undefined, Other: undefined } }
}

it('a step with side inputs lets through what the pane evaluator does, when it does', () => {
  fc.assert(
    fc.property(sideSpecs('final', 'first-pane'), arrivals(true), (spec, list) => {
      const graph = buildGraph(pipelineOf(comparable(spec)))
      const sources = graph.steps.flatMap(({ payload, path }) => (payload.primitive === 'read' ? [path] : []))
      const script = scriptOf(list, new Set(sources))
      expect(promised(playScript(graph, script))).toEqual(promised(evaluatePanes(graph, script)))
    }),
    { numRuns: RUNS, seed: 1 },
  )
})
