/**
 * Closed windows: the figures of groupings, put in the order of event time across windows.
 *
 * A verdict on a window needs the windows before it, so figures leave their windows and take them along as data. The step below runs
 * them once the watermark and the allowed lateness have passed: by then a window says what it will always say.
 */
import { composite, globalWindow, parDo, PipelineError, windowInto } from '@tidemark/core'
import type { KV, PCollection, PTransform, Window } from '@tidemark/core'

/** A figure, and the window that it is of. */
export interface WindowValue {
  readonly window: Window
  readonly value: number
}

/** Gives each figure its window as data, and sets it into the global window. Refuses what is not finite (code `FIGURE_NOT_FINITE`). */
export function closedWindows<K>(
  subject: string,
): PTransform<PCollection<KV<K, number>>, PCollection<KV<K, WindowValue>>> {
  return composite('ClosedWindows', (figures: PCollection<KV<K, number>>) =>
    figures.pipe(
      parDo({
        process: ([key, value]: KV<K, number>, { window }): readonly KV<K, WindowValue>[] => [
          [key, { window: { start: window.start, end: window.end }, value: requireFinite(subject, value) }],
        ],
      }),
      windowInto(globalWindow()),
    ),
  )
}

/** Orders figures of one timestamp, such as those of windows that overlap. */
export function byWindowStart({ window }: WindowValue): number {
  return window.start
}

function requireFinite(subject: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw new PipelineError(
    'FIGURE_NOT_FINITE',
    `${subject} was given ${String(value)} as the figure of a window. There is no distance from it, and every baseline that it enters ` +
      'would be lost. Give a finite number, and leave out windows without one: a window that is missing is not taken for zero.',
  )
}
