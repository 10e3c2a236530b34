/**
 * What the types of stateful steps promise: handles by name, a handler for each timer, outputs of every callback.
 */
import {
  bagState,
  combiningState,
  composite,
  eventTimeTimer,
  mapState,
  minutes,
  setState,
  statefulParDo,
  valueState,
  withKeys,
  type BagState,
  type KV,
  type MapState,
  type PCollection,
  type PTransform,
  type SetState,
  type Timer,
  type ValueState,
  type Window,
} from '@tidemark/core'
import { count } from '@tidemark/transforms'
import { describe, expectTypeOf, it } from 'vitest'

interface CartEvent {
  readonly user: string
  readonly kind: 'add' | 'checkout'
  readonly sku: string
}

declare const carts: PCollection<KV<string, CartEvent>>
declare const unkeyed: PCollection<CartEvent>

describe('the worked example', () => {
  it('is inferred from the annotation of its input', () => {
    const abandonedCarts = composite('AbandonedCarts', (events: PCollection<CartEvent>) =>
      events.pipe(
        withKeys((event) => event.user),
        statefulParDo('Idle', {
          state: { items: bagState<string>() },
          timers: { idle: eventTimeTimer() },
          process({ value: event, state, timers }) {
            if (event.kind === 'checkout') {
              state.items.clear()
              timers.idle.clear()
            } else {
              state.items.add(event.sku)
              timers.idle.setAfter(minutes(30))
            }
          },
          onTimer: {
            *idle({ key: user, state }) {
              yield { user, items: [...state.items.read()] }
              state.items.clear()
            },
          },
        }),
      ),
    )
    expectTypeOf(abandonedCarts).toEqualTypeOf<
      PTransform<PCollection<CartEvent>, PCollection<{ user: string; items: string[] }>>
    >()
  })
})

describe('a stateful step', () => {
  it('sees each cell and timer under its name', () => {
    carts.pipe(
      statefulParDo('State', {
        state: {
          last: valueState<number>(),
          items: bagState<string>(),
          seen: setState<string>(),
          prices: mapState<string, bigint>(),
          n: combiningState(count()),
        },
        timers: { idle: eventTimeTimer() },
        process({ key, value, window, timestamp, state, timers }) {
          expectTypeOf(key).toBeString()
          expectTypeOf(value).toEqualTypeOf<CartEvent>()
          expectTypeOf(window).toEqualTypeOf<Window>()
          expectTypeOf(timestamp).toBeNumber()
          expectTypeOf(state.last).toEqualTypeOf<ValueState<number>>()
          expectTypeOf(state.items).toEqualTypeOf<BagState<string>>()
          expectTypeOf(state.seen).toEqualTypeOf<SetState<string>>()
          expectTypeOf(state.prices).toEqualTypeOf<MapState<string, bigint>>()
          expectTypeOf(state.n.read()).toBeNumber()
          expectTypeOf(timers.idle).toEqualTypeOf<Timer>()
          // @ts-expect-error No such cell.
          state.total.read()
          // @ts-expect-error No such timer.
          timers.expiry.clear()
          // @ts-expect-error The cell holds numbers.
          state.last.write('1')
        },
        onTimer: {
          idle({ key, state }) {
            expectTypeOf(key).toBeString()
            expectTypeOf(state.last.read()).toEqualTypeOf<number | undefined>()
          },
        },
      }),
    )
  })

  it('has a handler for each timer, and for nothing else', () => {
    const state = { n: valueState<number>() }
    const timers = { idle: eventTimeTimer(), expiry: eventTimeTimer() }
    // @ts-expect-error The timer expiry has no handler.
    carts.pipe(statefulParDo('State', { state, timers, process() {}, onTimer: { idle() {} } }))
    // @ts-expect-error A misspelt handler leaves its timer without one.
    carts.pipe(statefulParDo('State', { state, timers, process() {}, onTimer: { idle() {}, expire() {} } }))
  })

  it('gives what its callbacks give, as a union', () => {
    const out = carts.pipe(
      statefulParDo('State', {
        state: { n: valueState<number>() },
        timers: { idle: eventTimeTimer(), done: eventTimeTimer() },
        *process({ value }) {
          yield value.sku
        },
        onTimer: {
          *idle() {
            yield 1
          },
          done() {
            return [true]
          },
        },
        *onWindowExpiration() {
          yield 1n
        },
      }),
    )
    expectTypeOf(out).toEqualTypeOf<PCollection<string | number | boolean | bigint>>()
  })

  it('gives nothing when it only keeps state', () => {
    expectTypeOf(carts.pipe(statefulParDo('State', { state: {}, process() {} }))).toEqualTypeOf<PCollection<never>>()
  })

  it('asks for a name, for keys, and for a known order', () => {
    // @ts-expect-error The name comes first.
    carts.pipe(statefulParDo({ state: {}, process() {} }))
    // @ts-expect-error Not keyed.
    unkeyed.pipe(statefulParDo('State', { state: {}, process() {} }))
    // @ts-expect-error No such order.
    carts.pipe(statefulParDo('State', { state: {}, process() {}, order: 'any' }))
  })
})
