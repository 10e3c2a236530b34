/**
 * windowJoin: elements of two collections that have the same key and lie in the same window.
 *
 * A composite over coGroupByKey, so windows of any kind, sessions too, triggers, lateness and changes are those of a grouping; where elements
 * should meet by their distance in time instead, intervalJoin is the one.
 */
import {
  checkChoice,
  checkOptions,
  coGroupByKey,
  composite,
  flatMap,
  IncompatibleWindowingError,
  PipelineError,
  type Coder,
  type Joined,
  type JoinInputs,
  type JoinType,
  type KV,
  type OptionNames,
  type PCollection,
} from '@tidemark/core'

/** Options of {@link windowJoin}. */
export interface WindowJoinOptions<K, L, R, J extends JoinType> {
  /** Which elements without a partner come out, alone; one of: `inner` (default: none), `left`, `right`, `full` (both sides'). */
  readonly type?: J
  /** How keys become bytes; canonical bytes when left out. */
  readonly keyCoder?: Coder<K>
  /** How values of the left side become bytes; canonical bytes when left out. */
  readonly leftCoder?: Coder<L>
  /** How values of the right side become bytes; canonical bytes when left out. */
  readonly rightCoder?: Coder<R>
}

const OPTIONS: OptionNames<WindowJoinOptions<never, never, never, never>> = {
  type: true,
  keyCoder: true,
  leftCoder: true,
  rightCoder: true,
}

/**
 * Joins each left element with every right one of its key and window.
 *
 * **Contract** — Both sides are windowed alike, as for `flatten`. The pairs of a key and window come together, when its pane does: left elements
 * in canonical order, each with the right ones in theirs; with the pane's timestamp. What is missing on a side is `null`. An
 * element in several windows meets others in each of them, and sessions are those of both sides together.
 *
 * **Late data** — As of a grouping: a late element brings another pane, with all pairs (accumulating), or the pairs before taken
 * back (retracting). Discarding panes would only join what came between two of them: refused (code `DISCARDING_JOIN`) where there may be several.
 *
 * **State** — The elements of every window until it expires.
 */
export function windowJoin<K, L, R, const J extends JoinType = 'inner'>(
  name: string,
  inputs: JoinInputs<K, L, R>,
  options: WindowJoinOptions<K, L, R, J> = {},
): PCollection<KV<K, Joined<L, R, J>>> {
  const subject = `windowJoin(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkOptions(`The inputs of ${subject}`, inputs, { left: true, right: true })
  checkChoice<JoinType | undefined>(subject, 'type', options.type, ['inner', 'left', 'right', 'full'])
  for (const side of ['left', 'right'] as const) requireCollection(subject, side, inputs[side])
  const { type, keyCoder, leftCoder, rightCoder } = options
  const join = composite(name, (left: PCollection<KV<K, L>>) => {
    const grouped = coGroupByKey(
      'CoGroup',
      { left, right: inputs.right },
      {
        ...(keyCoder !== undefined && { keyCoder }),
        valueCoders: {
          ...(leftCoder !== undefined && { left: leftCoder }),
          ...(rightCoder !== undefined && { right: rightCoder }),
        },
      },
    )
    requireWholePanes(subject, grouped)
    return grouped.pipe(
      flatMap(([key, sides]) => pairsOf(sides.left, sides.right, type).map((pair) => [key, pair] as const)),
    )
  })
  return inputs.left.pipe(join) as PCollection<KV<K, Joined<L, R, J>>>
}

type Pair<L, R> = { readonly left: L | null; readonly right: R | null }

function pairsOf<L, R>(left: readonly L[], right: readonly R[], type: JoinType = 'inner'): readonly Pair<L, R>[] {
  const keepsLeft = type === 'left' || type === 'full'
  const keepsRight = type === 'right' || type === 'full'
  if (right.length === 0) return keepsLeft ? left.map((one) => ({ left: one, right: null })) : []
  if (left.length === 0) return keepsRight ? right.map((other) => ({ left: null, right: other })) : []
  return left.flatMap((one) => right.map((other) => ({ left: one, right: other })))
}

function requireCollection(subject: string, side: string, collection: PCollection<unknown> | undefined): void {
  if ((collection as Partial<PCollection<unknown>> | null | undefined)?.['~ref'] !== undefined) return
  throw new PipelineError(
    'NOT_A_COLLECTION',
    `The input "${side}" of ${subject} is ${collection === undefined ? 'undefined' : `a value of type ${typeof collection}`} and no collection. ` +
      'A step reads what has been made before it. Make both inputs first.',
  )
}

// A pane that leaves out what came before would not meet it, and would call alone what has long had a partner.
function requireWholePanes(subject: string, grouped: PCollection<unknown>): void {
  const { panes, windowing } = grouped['~ref']
  if (panes !== 'several-panes' || windowing.accumulationMode !== 'discarding' || windowing.mayDrift) return
  throw new IncompatibleWindowingError(
    'DISCARDING_JOIN',
    `${subject} joins discarding panes: an element would only meet those that came since the pane before, and come out alone though it has ` +
      "partners. Use accumulationMode: 'accumulating' or 'retracting', a single pane with trigger: never(), or accept it with mayDrift: true.",
  )
}
