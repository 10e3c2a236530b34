/**
 * What the types of the streaming runner promise: compiled, never run.
 */
import {
  boundedOutOfOrderness,
  composite,
  map as mapElements,
  seconds,
  type KV,
  type PCollection,
  type Timestamp,
  type WindowedValue,
} from '@tidemark/core'
import { fromObservable, replayLog, streamingRunner, tidemark } from '@tidemark/runners/streaming'
import { map, of, type Observable } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'
import { click, clickTime, perMinute, type Click } from './clicks.ts'

const clicks$: Observable<Click> = of(click('10:00:00'))

describe('a job', () => {
  it('has the outputs of its pipeline, with no annotation', () => {
    const job = streamingRunner().run((root) => {
      const clicks = root.pipe(
        fromObservable('Clicks', clicks$, {
          timestamp: (click) => click.at,
          watermark: boundedOutOfOrderness(seconds(5)),
        }),
      )
      return { clicks, perMinute: clicks.pipe(perMinute) }
    })
    expectTypeOf(job.outputs.clicks).toEqualTypeOf<Observable<WindowedValue<Click>>>()
    expectTypeOf(job.outputs.perMinute).toEqualTypeOf<Observable<WindowedValue<KV<'home' | 'help', number>>>>()
    expectTypeOf(job.watermark$).toEqualTypeOf<
      Observable<{ readonly clicks: Timestamp; readonly perMinute: Timestamp }>
    >()
    job.outputs.perMinute.subscribe(({ value: [page, clicks] }) => {
      expectTypeOf(page).toEqualTypeOf<'home' | 'help'>()
      expectTypeOf(clicks).toEqualTypeOf<number>()
    })
    // @ts-expect-error The pipeline has no such output.
    void job.outputs.perHour
  })

  it('takes no RxJS operator in a pipeline', () => {
    streamingRunner().run((root) => {
      const clicks = root.pipe(fromObservable('Clicks', clicks$, clickTime))
      // @ts-expect-error RxJS's map is a function, not a transform.
      clicks.pipe(map((click: Click) => click.page))
      return { clicks }
    })
  })
})

describe('an observable', () => {
  it('takes no transform in its pipe: tidemark() makes an operator of one', () => {
    // @ts-expect-error A transform is an object, not an operator.
    clicks$.pipe(mapElements((click: Click) => click.page))
    // @ts-expect-error A composite is one too.
    clicks$.pipe(perMinute)
  })

  it('has the elements of the transform behind tidemark(), with full inference', () => {
    const counts$ = clicks$.pipe(
      tidemark(perMinute, {
        timestamp: (click) => {
          expectTypeOf(click).toEqualTypeOf<Click>()
          return click.at
        },
        watermark: boundedOutOfOrderness(seconds(5)),
      }),
      map(({ value: [page, clicks], window }) => ({ page, clicks, start: window.start })),
    )
    expectTypeOf(counts$).toEqualTypeOf<Observable<{ page: 'home' | 'help'; clicks: number; start: Timestamp }>>()
  })

  it('of other elements does not go into a transform', () => {
    // @ts-expect-error Numbers are not clicks.
    of(1, 2).pipe(tidemark(perMinute, clickTime))
  })

  it('goes into a transform over a wider type', () => {
    const times = composite('Times', (elements: PCollection<{ readonly at: Timestamp }>) =>
      elements.pipe(mapElements((element) => element.at)),
    )
    const times$ = clicks$.pipe(
      tidemark(times, { timestamp: ({ at }) => at, watermark: boundedOutOfOrderness(seconds(5)) }),
    )
    expectTypeOf(times$).toEqualTypeOf<Observable<WindowedValue<number>>>()
  })
})

describe('overflow', () => {
  it('states a limit where it buffers, and only there', () => {
    fromObservable('Clicks', clicks$, { ...clickTime, overflow: 'buffer', limit: 10 })
    fromObservable('Clicks', clicks$, { ...clickTime, overflow: 'drop' })
    // @ts-expect-error A buffer has a stated limit.
    fromObservable('Clicks', clicks$, { ...clickTime, overflow: 'buffer' })
    // @ts-expect-error What is dropped does not wait.
    fromObservable('Clicks', clicks$, { ...clickTime, overflow: 'drop', limit: 10 })
  })
})

describe('replayLog', () => {
  it('keeps the type of the elements', () => {
    expectTypeOf(replayLog([click('10:00:00')], { arrival: (click) => click.at, speed: '100x' })).toEqualTypeOf<
      Observable<Click>
    >()
  })

  it('takes a factor for its speed', () => {
    replayLog([click('10:00:00')], { arrival: (click) => click.at, speed: 2.5 })
    // @ts-expect-error A speed is a factor, such as 100x.
    replayLog([click('10:00:00')], { arrival: (click) => click.at, speed: 'fast' })
  })
})
