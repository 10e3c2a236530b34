/**
 * DataSet: the elements of each read step of a pipeline, with the times that they happened at.
 *
 * They are all that an answer may depend on. Read steps are fed directly, so a production pipeline can be tried with its own
 * sources: nobody opens them.
 */
import { isTimestamp, PipelineError, type Timestamp } from '@tidemark/core'
import type { PipelineGraph, ReadPayload, Step } from '@tidemark/core/graph'
import { isTestSource } from '../test-stream/test-source.ts'
import { isTimestamped } from '../test-stream/timestamped-element.ts'

/** One element. Numbers count from 1, in the order given. */
export interface Given {
  readonly number: number
  /** Path of the read step. */
  readonly source: string
  /** As the source gives it. */
  readonly element: unknown
  /** Absent where the source's function gives none: such an element is a dead letter in every run. */
  readonly timestamp: Timestamp | undefined
}

/** A read step, and what it promises of the order of its elements (milliseconds). */
export interface GivenSource {
  readonly path: string
  /** How far the watermark of a live run stays behind, where the step says so. */
  readonly liveBound: number | undefined
  /** How far elements of history may lie behind others. */
  readonly historyBound: number | undefined
}

/** Elements and where they are read. */
export interface DataSet {
  readonly sources: readonly GivenSource[]
  readonly elements: readonly Given[]
}

/** Elements by the path of a read step, or by the name of a test stream. */
export type ElementsByStream = Readonly<Record<string, readonly unknown[]>>

/** Takes the elements of every read step; throws where some are missing, belong nowhere, or have no time. */
export function dataSetOf(graph: PipelineGraph, given: ElementsByStream): DataSet {
  const reads = graph.steps.filter(({ payload }) => payload.primitive === 'read')
  requireReads(reads, Object.keys(given))
  const elements: Given[] = []
  for (const step of reads) {
    const name = [step.path, streamName(step)].find((key) => key !== undefined && Object.hasOwn(given, key))
    if (name === undefined) throw noElements(step.path)
    for (const element of given[name]!) {
      const timestamp = timestampOf(step, element)
      elements.push({ number: elements.length + 1, source: step.path, element, timestamp })
    }
  }
  return { sources: reads.map(sourceOf), elements }
}

function sourceOf({ path, payload }: Step): GivenSource {
  const { watermark, eventTimeOrder } = payload as ReadPayload
  const historyBound = eventTimeOrder?.disorder
  return { path, liveBound: watermark?.bound ?? historyBound, historyBound }
}

function timestampOf(step: Step, element: unknown): Timestamp | undefined {
  const { source, timestamp } = step.payload as ReadPayload
  if (isTestSource(source) && !source.saysTimes && !isTimestamped(element)) {
    throw new PipelineError(
      'NO_TIMESTAMP',
      `An element of "${step.path}" has no time. Where elements may come in any order, there is no current watermark to take for it. ` +
        'Give it one with timestamped(element, time), or give the option timestamp.',
      { step: step.path },
    )
  }
  try {
    const time: unknown = timestamp(element)
    return isTimestamp(time) ? time : undefined
  } catch {
    return undefined
  }
}

function streamName({ payload }: Step): string | undefined {
  return payload.primitive === 'read' && isTestSource(payload.source) ? payload.source.testStream : undefined
}

function requireReads(reads: readonly Step[], names: readonly string[]): void {
  const unknown = names.find((name) => !reads.some((step) => step.path === name || streamName(step) === name))
  if (unknown === undefined) return
  throw new PipelineError(
    'NO_SUCH_STREAM',
    `Elements were given for "${unknown}", but the pipeline reads [${reads.map(({ path }) => path).join(', ')}]. They would be left out. ` +
      'Give elements by the path of a read step, or by the name of a test stream.',
  )
}

function noElements(step: string): PipelineError {
  return new PipelineError(
    'NO_ELEMENTS',
    `No elements were given for "${step}", so what this source reads is unknown. Give them, or [] for none.`,
    { step },
  )
}
