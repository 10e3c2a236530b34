/**
 * What the types of pipelines promise: annotate the input once, everything else is inferred, and what cannot work does not compile.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  composite,
  create,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  groupByKey,
  hours,
  map,
  minutes,
  parDo,
  pipe,
  read,
  seconds,
  tagged,
  windowInto,
  withKeys,
  write,
  type CombineFn,
  type KV,
  type PCollection,
  type PTransform,
  type PullSource,
  type Root,
  type Sink,
  type Tagged,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { count, sumOf } from '@tidemark/transforms'
import { map as rxMap } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'

interface Order {
  readonly id: string
  readonly region: 'eu' | 'us'
  readonly amount: number
  readonly placedAt: number
}
interface EuOrder extends Order {
  readonly region: 'eu'
}

declare const root: Root
declare const orders: PCollection<Order>
declare const source: PullSource<Order>
declare const sink: Sink<Order>

const identity = map((order: Order) => order)

describe('a windowed KPI', () => {
  it('is inferred from the annotation of its input, literal keys included', () => {
    const revenuePerRegion = composite('RevenuePerRegion', (orders: PCollection<Order>) =>
      orders.pipe(
        windowInto(fixedWindows(minutes(1)), {
          trigger: afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) }),
          allowedLateness: hours(1),
          accumulationMode: 'accumulating',
        }),
        withKeys((order) => order.region),
        combinePerKey(
          'Sum',
          sumOf((order) => order.amount),
        ),
      ),
    )
    expectTypeOf(revenuePerRegion).toEqualTypeOf<PTransform<PCollection<Order>, PCollection<KV<'eu' | 'us', number>>>>()
    expectTypeOf(orders.pipe(revenuePerRegion)).toEqualTypeOf<PCollection<KV<'eu' | 'us', number>>>()
    expectTypeOf(orders.apply('TestShop', revenuePerRegion)).toEqualTypeOf<PCollection<KV<'eu' | 'us', number>>>()
  })
})

describe('keys', () => {
  it('keep their literal types through every grouping', () => {
    const keyed = orders.pipe(withKeys((order) => (order.amount > 100 ? 'large' : 'small')))
    expectTypeOf(keyed).toEqualTypeOf<PCollection<KV<'large' | 'small', Order>>>()
    expectTypeOf(keyed.pipe(groupByKey('Group'))).toEqualTypeOf<PCollection<KV<'large' | 'small', readonly Order[]>>>()
    expectTypeOf(keyed.pipe(combinePerKey('N', count()))).toEqualTypeOf<PCollection<KV<'large' | 'small', number>>>()
    expectTypeOf(orders.pipe(withKeys((order) => [order.region, 1]))).toEqualTypeOf<
      PCollection<KV<readonly ['eu' | 'us', 1], Order>>
    >()
  })

  it('are asked for by what groups', () => {
    // @ts-expect-error Orders are not keyed.
    orders.pipe(groupByKey('Group'))
    // @ts-expect-error Nor are they here.
    orders.pipe(combinePerKey('N', count()))
  })
})

describe('a step', () => {
  it('is named where it keeps state', () => {
    const keyed = orders.pipe(withKeys((order) => order.region))
    // @ts-expect-error groupByKey takes its name first.
    keyed.pipe(groupByKey())
    // @ts-expect-error So does combinePerKey.
    keyed.pipe(combinePerKey(count()))
    // @ts-expect-error So does combineGlobally.
    orders.pipe(combineGlobally(count()))
    // @ts-expect-error So does create.
    root.pipe(create([1, 2]))
    // @ts-expect-error And map takes none.
    orders.pipe(map('Name', (order: Order) => order))
  })

  it('is written nine times in a pipe at most: the cure of the tenth is a composite with a name', () => {
    const i = identity
    expectTypeOf(orders.pipe(i, i, i, i, i, i, i, i, i)).toEqualTypeOf<PCollection<Order>>()
    // @ts-expect-error The tenth step.
    orders.pipe(i, i, i, i, i, i, i, i, i, i)
    expectTypeOf(pipe(i, i, i, i, i, i)).toEqualTypeOf<PTransform<PCollection<Order>, PCollection<Order>>>()
  })

  it('is a transform: no function, no operator of RxJS', () => {
    // @ts-expect-error An operator of RxJS is a function, not a transform.
    orders.pipe(rxMap((order: Order) => order.amount))
    // @ts-expect-error So is this.
    orders.pipe((input: PCollection<Order>) => input)
    // @ts-expect-error And this.
    orders.apply('Map', (input: PCollection<Order>) => input)
  })

  it('takes what the one before gives, and the error stands on the step that does not fit', () => {
    const euOnly = composite('EuOnly', (input: PCollection<EuOrder>) => input.pipe(map((order) => order.amount)))
    const isEu = filter((order: Order): order is EuOrder => order.region === 'eu')
    expectTypeOf(orders.pipe(isEu, euOnly)).toEqualTypeOf<PCollection<number>>()
    orders.pipe(
      // @ts-expect-error An EU-only transform does not take all orders.
      euOnly,
    )
    orders.pipe(
      identity,
      identity,
      // @ts-expect-error The error stands here, not on the steps before.
      euOnly,
    )
    orders.pipe(
      map((order) => order.amount),
      // @ts-expect-error A number has no region.
      withKeys((order: Order) => order.region),
    )
  })

  it('may ask for less than it is given', () => {
    const amounts = composite('Amounts', (input: PCollection<{ readonly amount: number }>) =>
      input.pipe(map(({ amount }) => amount)),
    )
    expectTypeOf(orders.pipe(amounts)).toEqualTypeOf<PCollection<number>>()
  })
})

describe('windowInto', () => {
  const perMinute = fixedWindows(minutes(1))

  it('asks for lateness and accumulation mode where several panes may come', () => {
    // @ts-expect-error A trigger without allowedLateness and accumulationMode.
    orders.pipe(windowInto(perMinute, { trigger: afterCount(1) }))
    // @ts-expect-error A trigger and a lateness without accumulationMode.
    orders.pipe(windowInto(perMinute, { trigger: afterCount(1), allowedLateness: hours(1) }))
    // @ts-expect-error A lateness alone.
    orders.pipe(windowInto(perMinute, { allowedLateness: hours(1) }))
    // @ts-expect-error An accumulation mode alone.
    orders.pipe(windowInto(perMinute, { accumulationMode: 'accumulating' }))
    // @ts-expect-error No such mode.
    orders.pipe(windowInto(perMinute, { allowedLateness: hours(1), accumulationMode: 'updating' }))
    const mode = { allowedLateness: hours(1), accumulationMode: 'discarding' } as const
    // @ts-expect-error The loss is accepted with true, or not mentioned.
    orders.pipe(windowInto(perMinute, { ...mode, mayLoseData: false }))
  })

  it('keeps the element type with all of them, and with none', () => {
    expectTypeOf(orders.pipe(windowInto(perMinute))).toEqualTypeOf<PCollection<Order>>()
    expectTypeOf(
      orders.pipe(
        windowInto(perMinute, { allowedLateness: hours(1), accumulationMode: 'retracting', trigger: afterWatermark() }),
      ),
    ).toEqualTypeOf<PCollection<Order>>()
  })
})

describe('stateless steps', () => {
  it('infer their outputs, unions of them as well', () => {
    expectTypeOf(orders.pipe(map((order) => (order.amount > 0 ? order.id : order.amount)))).toEqualTypeOf<
      PCollection<string | number>
    >()
    expectTypeOf(orders.pipe(flatMap((order) => [order.id, order.amount]))).toEqualTypeOf<
      PCollection<string | number>
    >()
    expectTypeOf(orders.pipe(filter((order): order is EuOrder => order.region === 'eu'))).toEqualTypeOf<
      PCollection<EuOrder>
    >()
    expectTypeOf(orders.pipe(filter((order) => order.amount > 0))).toEqualTypeOf<PCollection<Order>>()
  })

  it('do not compile with a predicate or list of the wrong kind', () => {
    // @ts-expect-error A predicate says true or false.
    orders.pipe(filter((order) => order.amount))
    // @ts-expect-error flatMap gives a list.
    orders.pipe(flatMap((order) => order.amount))
  })
})

describe('parDo', () => {
  it('gives the union of what its process yields', () => {
    const step = parDo({
      *process(order: Order) {
        if (order.amount > 0) yield order.id
        else yield order.amount
      },
    })
    expectTypeOf(orders.pipe(step)).toEqualTypeOf<PCollection<string | number>>()
  })

  it('gives a record of collections when it names its outputs', () => {
    const { good, bad } = orders.pipe(
      parDo({
        outputs: ['good', 'bad'],
        *process(order: Order) {
          yield tagged('good', order)
          yield tagged('bad', { reason: order.id })
        },
      }),
    )
    expectTypeOf(good).toEqualTypeOf<PCollection<Order>>()
    expectTypeOf(bad).toEqualTypeOf<PCollection<{ reason: string }>>()
    expectTypeOf(tagged('good', 1)).toEqualTypeOf<Tagged<'good', number>>()
  })

  it('sees the timestamp, the window and the pane, and changes none of them', () => {
    parDo({
      process(order: Order, context) {
        expectTypeOf(context.timestamp).toBeNumber()
        expectTypeOf(context.pane.timing).toEqualTypeOf<'early' | 'on-time' | 'late' | 'unknown'>()
        // @ts-expect-error Read only.
        context.timestamp = order.placedAt
      },
    })
  })

  it('gives no promise', () => {
    parDo({
      // @ts-expect-error A process is synchronous.
      async process(order: Order) {
        return Promise.resolve([order])
      },
    })
  })
})

describe('groupings', () => {
  interface Refund {
    readonly cents: bigint
  }
  const keyed = orders.pipe(withKeys((order) => order.region))

  it('join collections under the names of their inputs', () => {
    const refunds = {} as PCollection<KV<'us' | 'uk', Refund>>
    expectTypeOf(coGroupByKey('Join', { orders: keyed, refunds })).toEqualTypeOf<
      PCollection<KV<'eu' | 'us' | 'uk', { readonly orders: readonly Order[]; readonly refunds: readonly Refund[] }>>
    >()
    // @ts-expect-error Every input is keyed.
    coGroupByKey('Join', { orders })
  })

  it('combine globally to one output', () => {
    expectTypeOf(orders.pipe(combineGlobally('N', count()))).toEqualTypeOf<PCollection<number>>()
    const longest = {} as CombineFn<string, readonly string[], string | null>
    expectTypeOf(
      orders.pipe(
        map((order) => order.id),
        combineGlobally('Longest', longest),
      ),
    ).toEqualTypeOf<PCollection<string | null>>()
    // @ts-expect-error Orders are no strings.
    orders.pipe(combineGlobally('Longest', longest))
  })

  it('flatten to the union of what their inputs hold', () => {
    expectTypeOf(flatten([orders, orders])).toEqualTypeOf<PCollection<Order>>()
    const ids = orders.pipe(map((order) => order.id))
    expectTypeOf(flatten<Order | string>([orders, ids])).toEqualTypeOf<PCollection<Order | string>>()
  })
})

describe('the root and a collection', () => {
  it('are not taken for each other', () => {
    expectTypeOf(root.pipe(read('Orders', source, { timestamp: (order) => order.placedAt }))).toEqualTypeOf<
      PCollection<Order>
    >()
    // @ts-expect-error A source begins at the root.
    orders.pipe(read('Orders', source, { timestamp: (order) => order.placedAt }))
    // @ts-expect-error So does create.
    orders.pipe(create('Few', [1]))
    // @ts-expect-error The root has no elements to map.
    root.pipe(map((order: Order) => order.id))
    // @ts-expect-error The root is no collection.
    void (root satisfies PCollection<unknown>)
    // @ts-expect-error A collection is no root.
    void (orders satisfies Root)
  })
})

describe('a pipeline', () => {
  it('returns a record of collections', () => {
    expectTypeOf(buildGraph((root) => ({ few: root.pipe(create('Few', [1])) }))).toEqualTypeOf<PipelineGraph>()
    // @ts-expect-error A number is no collection.
    buildGraph(() => ({ few: 1 }))
    // @ts-expect-error A collection has no name.
    buildGraph((root) => root.pipe(create('Few', [1])))
    // @ts-expect-error A pipeline is built at once.
    buildGraph(async (root) => ({ few: root.pipe(create('Few', [1])) }))
  })

  it('writes the elements that a sink takes', () => {
    expectTypeOf(orders.pipe(write('Out', sink))).toEqualTypeOf<void>()
    const ids = orders.pipe(map((order) => order.id))
    // @ts-expect-error The sink takes orders.
    ids.pipe(write('Out', sink))
  })
})
