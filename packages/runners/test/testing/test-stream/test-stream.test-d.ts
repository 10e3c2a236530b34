/**
 * What the types of test streams, scripts and players promise: compiled, never run.
 */
import { combinePerKey, fixedWindows, minutes, pipe, seconds, windowInto, withKeys } from '@tidemark/core'
import type { KV, PCollection, PTransform, Root, WindowedValue } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import {
  assertSameAnswer,
  evaluatePanes,
  expectPanes,
  playScript,
  testStream,
  timestamped,
} from '@tidemark/runners/testing'
import type { ElementsEvent, OutputAt, SameAnswer, TimestampedElement } from '@tidemark/runners/testing'
import { count } from '@tidemark/transforms'
import { describe, expectTypeOf, it } from 'vitest'

interface Click {
  readonly page: 'home' | 'help'
  readonly at: number
}

const clicks = testStream<Click>('Clicks', { timestamp: (click) => click.at })
const click: Click = { page: 'home', at: 5 }
const perMinute = pipe(
  windowInto<Click>(fixedWindows(minutes(1))),
  withKeys((each) => each.page),
  combinePerKey('Count', count()),
)

describe('a test stream', () => {
  it('begins a pipeline with elements of its type', () => {
    expectTypeOf(clicks).toExtend<PTransform<Root, PCollection<Click>>>()
    buildGraph((root) => {
      const collection = root.pipe(clicks)
      expectTypeOf(collection).toEqualTypeOf<PCollection<Click>>()
      return { collection }
    })
  })

  it('takes elements of its type, with or without a time', () => {
    expectTypeOf(clicks.addElements(click, timestamped(click, 7))).toEqualTypeOf<ElementsEvent>()
    expectTypeOf(timestamped(click, 7)).toEqualTypeOf<TimestampedElement<Click>>()
    // @ts-expect-error A click has a page.
    clicks.addElements({ at: 5 })
    // @ts-expect-error The stream has clicks.
    clicks.split('0').addElementsAt(7, 'home')
    // @ts-expect-error A length of time has a unit.
    clicks.advanceWatermarkTo(seconds(5))
  })
})

describe('a script, played,', () => {
  it('gives the outputs of its pipeline, with no annotation', () => {
    const { outputs, settled } = playScript((root) => ({ counts: root.pipe(clicks, perMinute) }), [clicks.complete()])
    expectTypeOf(outputs.counts).toEqualTypeOf<readonly OutputAt<KV<'home' | 'help', number>>[]>()
    expectTypeOf(outputs.counts[0]!.element).toEqualTypeOf<WindowedValue<KV<'home' | 'help', number>>>()
    expectTypeOf(settled).toHaveProperty('counts')
    // @ts-expect-error The pipeline has no such output.
    void outputs.perHour
  })

  it('gives the same types by the reference evaluator', () => {
    const { outputs } = evaluatePanes((root) => ({ counts: root.pipe(clicks, perMinute) }), [])
    expectTypeOf(outputs.counts).toEqualTypeOf<readonly OutputAt<KV<'home' | 'help', number>>[]>()
  })

  it('gives outputs by any name of a graph, as a graph has lost their types', () => {
    const { outputs } = playScript(
      buildGraph(() => ({})),
      [],
    )
    expectTypeOf(outputs['counts']).toEqualTypeOf<readonly OutputAt[] | undefined>()
  })
})

describe('a time line', () => {
  it('makes elements of the type that the transform takes', () => {
    expectPanes(perMinute, '', { element: () => click })
    // @ts-expect-error The transform takes clicks.
    expectPanes(perMinute, '', { element: () => 'home' })
    expectPanes((root) => ({ counts: root.pipe(clicks, perMinute) }), '')
  })
})

describe('the same answer', () => {
  it('is asked of a transform with elements of its input', () => {
    expectTypeOf(assertSameAnswer(perMinute, [click], { timestamp: (each) => each.at })).toEqualTypeOf<SameAnswer>()
    assertSameAnswer(perMinute, [timestamped(click, 5)])
    // @ts-expect-error The transform takes clicks.
    assertSameAnswer(perMinute, ['home'])
    // @ts-expect-error The elements of a transform are a list.
    assertSameAnswer(perMinute, { Clicks: [click] })
  })

  it('is asked of a pipeline with the elements of each source', () => {
    const pipeline = (root: Root) => ({ counts: root.pipe(clicks, perMinute) })
    expectTypeOf(assertSameAnswer(pipeline, { Clicks: [click] }, { runs: 1 })).toEqualTypeOf<SameAnswer>()
    // @ts-expect-error A pipeline has sources by name.
    assertSameAnswer(pipeline, [click])
    // @ts-expect-error A pipeline says itself when elements happen.
    assertSameAnswer(pipeline, { Clicks: [click] }, { timestamp: () => 0 })
  })
})
