/**
 * What joins by time have in common: two keyed inputs, and how long each is waited for.
 */
import type { Duration } from '@js-joda/core'
import type { Coder } from '../coder/coder.ts'
import { checkOptions } from '../error/check-options.ts'
import { requireKeyCoder } from '../coder/key-coder.ts'
import { IncompatibleWindowingError, PipelineError } from '../error/pipeline-error.ts'
import { refOf } from '../model/apply.ts'
import type { CollectionRef, DriftReason } from '../model/graph-builder.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive } from '../model/ptransform.ts'
import { requireNotNegative } from '../time/duration.ts'
import { requireSinglePanes } from './grouping.ts'
import { timestampDrift } from './stateless.ts'

/** The two inputs of a join. */
export interface JoinInputs<K, L, R> {
  readonly left: PCollection<KV<K, L>>
  readonly right: PCollection<KV<K, R>>
}

/** How keys and values of a join become bytes; canonical bytes when left out. */
export interface JoinCoders<K, L, R> {
  readonly keyCoder?: Coder<K>
  readonly leftCoder?: Coder<L>
  readonly rightCoder?: Coder<R>
}

/** What the payloads of joins by time have in common. Lengths are milliseconds. */
export interface TimeJoinPayload {
  /** How long after the watermark elements of each side are taken. */
  readonly lateness: { readonly left: number; readonly right: number }
  readonly keyCoder: Coder<unknown> | undefined
  readonly leftCoder: Coder<unknown> | undefined
  readonly rightCoder: Coder<unknown> | undefined
}

/** The inputs of a join, checked: they are collections of one pipeline (code `NOT_A_COLLECTION`) without several panes (`SEVERAL_PANES`). */
export function joinRefs(
  subject: string,
  name: string,
  inputs: JoinInputs<unknown, unknown, unknown>,
  keyCoder: Coder<unknown> | undefined,
): { readonly left: CollectionRef; readonly right: CollectionRef; readonly path: string } {
  primitive(name, () => undefined) // There is a name, or it says so.
  checkOptions(`The inputs of ${subject}`, inputs, { left: true, right: true })
  const left = refOf(`The input "left" of ${subject}`, inputs.left)
  const right = refOf(`The input "right" of ${subject}`, inputs.right)
  if (left.id === right.id && left.builder === right.builder) {
    throw new PipelineError(
      'SAME_INPUT_TWICE',
      `Both inputs of ${subject} are the same collection, so each element would meet itself. If that is meant, pass one of them through ` +
        'map((element) => element) first.',
    )
  }
  const path = left.builder.pathOf(name)
  requireKeyCoder(keyCoder, path)
  requireSide(`The input "left" of ${subject}`, left, path)
  requireSide(`The input "right" of ${subject}`, right, path)
  return { left, right, path }
}

// A step that reads two says which of them it is.
function requireSide(what: string, input: CollectionRef, path: string): void {
  try {
    requireSinglePanes(input, path)
  } catch (error) {
    if (!(error instanceof IncompatibleWindowingError)) throw error
    throw new IncompatibleWindowingError(error.code, `${what} cannot be joined. ${error.message}`, { step: path })
  }
}

/** The lateness of each side: the one given, or the allowed lateness of the side's windowing. */
export function latenessOf(
  subject: string,
  given: Duration | undefined,
  left: CollectionRef,
  right: CollectionRef,
): TimeJoinPayload['lateness'] {
  const own = given === undefined ? undefined : requireNotNegative(given, `The lateness of ${subject}`)
  return Object.freeze({
    left: own ?? left.windowing.allowedLateness,
    right: own ?? right.windowing.allowedLateness,
  })
}

/** Why a join by time of these inputs would drift. */
export function joinDrift(...inputs: readonly CollectionRef[]): readonly DriftReason[] {
  return inputs.flatMap((input): readonly DriftReason[] => [
    ...timestampDrift(input),
    ...(input.panes === 'several-panes' ? (['several-panes'] as const) : []),
  ])
}
