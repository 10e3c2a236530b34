/**
 * Two scripted sources, L and R, and a join of them; what comes out as short text.
 *
 * A pair is `l+r @t`, an element without a partner `l+- @t` or `-+r @t`, with its key in front when it is not `k`, and a minus before it
 * when it is taken back.
 */
import { intervalJoin, milliseconds, type JoinType, type KV, type PCollection, type Root } from '@tidemark/core'
import type { WindowedValue } from '@tidemark/core'
import { numbers, Scripted } from '../scripted.ts'
import type { EngineOptions } from '../../../src/execution/engine.ts'

/** How two sides are joined; milliseconds. */
export interface Joining {
  readonly before?: number
  readonly after?: number
  readonly type?: JoinType
  readonly lateness?: number
}

/** What is joined: keyed numbers. */
export type Numbers = PCollection<KV<string, number>>

/** Joins two collections by time, as `Join`. */
export function join(
  left: Numbers,
  right: Numbers,
  { before = 0, after = 0, type, lateness = 0 }: Joining,
): PCollection<unknown> {
  return intervalJoin(
    'Join',
    { left, right },
    {
      before: milliseconds(before),
      after: milliseconds(after),
      lateness: milliseconds(lateness),
      ...(type !== undefined && { type }),
    },
  )
}

/** An engine over one join. Elements are `[time, number]` of the key k, or `[time, number, key]`. */
export class JoinedRun extends Scripted {
  constructor(joining: Joining, options: EngineOptions = {}, prepare: (side: Numbers) => Numbers = (side) => side) {
    super(
      (root: Root) => ({
        out: join(prepare(numbers(root, {}, 'L')), prepare(numbers(root, {}, 'R')), joining),
      }),
      options,
    )
  }

  left(...elements: readonly (readonly [at: number, value: number, key?: string])[]): this {
    return this.offerTo('L', ...elements.map(([at, value, key = 'k']) => [at, key, value]))
  }

  right(...elements: readonly (readonly [at: number, value: number, key?: string])[]): this {
    return this.offerTo('R', ...elements.map(([at, value, key = 'k']) => [at, key, value]))
  }

  /** What came out since the last call. */
  pairs(): readonly string[] {
    return this.outputs['out']!.splice(0).map(shownPair)
  }

  /** Moves the watermarks of both sides and says what came of it. */
  to(left: number, right: number = left): readonly string[] {
    this.watermark(left, 'L').watermark(right, 'R')
    return this.pairs()
  }

  get outputWatermark(): number {
    return this.engine.outputWatermark('out')
  }

  /** Ends both sides, checks conservation, and says what came of it. */
  end(): readonly string[] {
    this.complete()
    return this.pairs()
  }
}

/** A joined element as text. */
export function shownPair({ value, timestamp, sign }: WindowedValue<unknown>): string {
  const [key, { left, right }] = value as KV<unknown, { readonly left: unknown; readonly right: unknown }>
  const side = (part: unknown): string => (part === null ? '-' : JSON.stringify(part))
  const of = key === 'k' ? '' : `${JSON.stringify(key)} `
  return `${sign < 0 ? '-' : ''}${of}${side(left)}+${side(right)} @${timestamp}`
}
