/**
 * Two scripted sources, an engine over an as-of join of them, and what comes out as short text.
 *
 * An answer is `l=r @t`, `l=- @t` where there is no row, with its key in front when it is not `k`, and a minus before it when it is taken
 * back. Elements and rows are `[time, number]` of the key k, or `[time, number, key]`.
 */
import { asOfJoin, milliseconds, type AsOfJoinOptions, type KV, type PCollection, type Root } from '@tidemark/core'
import type { WindowedValue } from '@tidemark/core'
import type { EngineOptions } from '../../../src/execution/engine.ts'
import { numbers, Scripted } from '../scripted.ts'

/** What is joined: keyed numbers. */
export type Numbers = PCollection<KV<string, number>>

/** How; milliseconds. */
export interface AsOfOptions extends Omit<
  AsOfJoinOptions<string, number, number, 'inner' | 'left'>,
  'lateness' | 'maxAge'
> {
  readonly lateness?: number
  readonly maxAge?: number
}

/** An element or a row. */
export type At = readonly [at: number, value: number, key?: string]

/** Joins two collections as `AsOf`. */
export function asOf(
  left: Numbers,
  right: Numbers,
  { lateness, maxAge, ...options }: AsOfOptions,
): PCollection<unknown> {
  return asOfJoin(
    'AsOf',
    { left, right },
    {
      ...options,
      ...(lateness !== undefined && { lateness: milliseconds(lateness) }),
      ...(maxAge !== undefined && { maxAge: milliseconds(maxAge) }),
    },
  )
}

/** An engine over one as-of join of the sources `Left` and `Rows`. */
export class AsOfRun extends Scripted {
  constructor(
    options: AsOfOptions = {},
    engine: EngineOptions = {},
    prepare: Partial<Record<'left' | 'rows', (side: Numbers) => Numbers>> = {},
  ) {
    super((root: Root) => {
      const { left = asItIs, rows = asItIs } = prepare
      return { out: asOf(left(numbers(root, {}, 'Left')), rows(numbers(root, {}, 'Rows')), options) }
    }, engine)
  }

  /** Offers elements, as one bundle. */
  left(...elements: readonly At[]): this {
    return this.offerTo('Left', ...elements.map(([at, value, key = 'k']) => [at, key, value]))
  }

  /** Offers rows, as one bundle. */
  rows(...elements: readonly At[]): this {
    return this.offerTo('Rows', ...elements.map(([at, value, key = 'k']) => [at, key, value]))
  }

  /** Moves the watermark of the left side. */
  leftTo(watermark: number): this {
    return this.watermark(watermark, 'Left')
  }

  /** Moves the watermark of the dimension. */
  rowsTo(watermark: number): this {
    return this.watermark(watermark, 'Rows')
  }

  endLeft(): this {
    this.input('Left').complete('0')
    return this
  }

  endRows(): this {
    this.input('Rows').complete('0')
    return this
  }

  /** What came out since the last call; and that nothing is unaccounted for. */
  answers(): readonly string[] {
    this.engine.assertConserved()
    return this.outputs['out']!.splice(0).map(shownAnswer)
  }

  /** Ends both sides and says what came of it. */
  end(): readonly string[] {
    this.endRows().endLeft()
    return this.answers()
  }

  /** What went to the ledger since the last call, such as `too-late k=1`. */
  noted(): readonly string[] {
    return this.ledger.splice(0).map(({ reason, element }) => {
      const [key, value] = element as KV<unknown, unknown>
      return `${reason} ${String(key)}=${JSON.stringify(value)}`
    })
  }

  get outputWatermark(): number {
    return this.engine.outputWatermark('out')
  }

  /** Elements and rows that the join keeps. */
  get kept(): number {
    return this.engine.counters().find(({ step }) => step === 'AsOf')!.waiting
  }
}

function asItIs(side: Numbers): Numbers {
  return side
}

/** An answer as text. */
export function shownAnswer({ value, timestamp, sign }: WindowedValue<unknown>): string {
  const [key, { left, right }] = value as KV<unknown, { readonly left: unknown; readonly right: unknown }>
  const of = key === 'k' ? '' : `${JSON.stringify(key)} `
  return `${sign < 0 ? '-' : ''}${of}${JSON.stringify(left)}=${right === null ? '-' : JSON.stringify(right)} @${timestamp}`
}
