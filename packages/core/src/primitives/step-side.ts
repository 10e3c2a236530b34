/**
 * StepSide: the side inputs of one step, as its payload has them.
 */
import { IncompatibleWindowingError, PipelineError } from '../error/pipeline-error.ts'
import type { CollectionRef, DriftReason } from '../model/graph-builder.ts'
import type { SideInput, SideInputs, SideInputView } from '../model/side-input.ts'
import { requireSideWindows } from '../window/side-window.ts'

/** The side inputs of a step: view `i` is called `names[i]` by its function and is the step's input `i + 1`. */
export interface StepSide {
  readonly names: readonly string[]
  readonly views: readonly SideInputView[]
}

/** No side inputs. */
export const NO_SIDE: StepSide = Object.freeze({ names: Object.freeze([]), views: Object.freeze([]) })

/** The side inputs that a step was given, checked (codes `BAD_OPTION`, `NOT_A_SIDE_INPUT`). */
export function sideOf(subject: string, side: SideInputs | undefined): StepSide {
  if (side === undefined) return NO_SIDE
  requireByName(subject, side)
  const names = Object.keys(side)
  const views = names.map((name) => {
    const { path, form, ready, fallback } = viewOf(subject, name, side[name])
    return Object.freeze({ path, form, ready, fallback })
  })
  return Object.freeze({ names: Object.freeze(names), views: Object.freeze(views) })
}

/**
 * The inputs of a step: the main one, then those of its views. Refuses windows between which there is no way (codes of
 * `requireSideWindows`), and changes that would see a view before it is final (`CHANGES_BEFORE_FINAL`).
 */
export function sideInputsOf(
  main: CollectionRef,
  side: SideInputs | undefined,
  path: string,
): readonly CollectionRef[] {
  if (side === undefined) return [main]
  const views = Object.values(side).map((input) => input['~side'])
  for (const view of views) {
    requireSideWindows(main.windowing.windowFn, view.ref.windowing.windowFn, path)
    if (main.panes === 'changes' && view.ready !== 'final') throw changesBeforeFinal(path, view)
  }
  return [main, ...views.map(({ ref }) => ref)]
}

function changesBeforeFinal(step: string, { path, ready }: SideInputView): IncompatibleWindowingError {
  return new IncompatibleWindowingError(
    'CHANGES_BEFORE_FINAL',
    `"${step}" is fed by changes and reads the view "${path}" with ready: '${ready}'. An element that is taken back might see other panes of it than ` +
      'when it came, and what it led to would stay for ever. Read the view when it is final (leave out ready), or feed the step with a single pane ' +
      '(trigger: never() upstream).',
    { step },
  )
}

/** Why a step with these side inputs would drift. */
export function sideDrift({ views }: StepSide): readonly DriftReason[] {
  return views.some(({ ready }) => ready !== 'final') ? ['side-input-before-final'] : []
}

// A view itself, given in place of a record, would be a record with one name that nobody has chosen.
function requireByName(subject: string, side: unknown): void {
  const isRecord = typeof side === 'object' && side !== null && !Array.isArray(side)
  if (isRecord && !('~side' in side)) return
  const what = isRecord ? 'a view without a name' : side === null ? 'null' : `a value of type ${typeof side}`
  throw new PipelineError(
    'BAD_OPTION',
    `The option side of ${subject} is ${what}, and the function finds its side inputs by name. Give a record of views: { side: { rates } }.`,
  )
}

function viewOf(subject: string, name: string, input: SideInput<unknown> | undefined): SideInputView {
  const view = (input as Partial<SideInput<unknown>> | null | undefined)?.['~side']
  if (view !== undefined) return view
  throw new PipelineError(
    'NOT_A_SIDE_INPUT',
    `The side input "${name}" of ${subject} is ${input === undefined ? 'undefined' : `a value of type ${typeof input}`} and no view. A collection is read ` +
      'beside another one as a single value per window. Make it a view first: collection.pipe(asMap("Rates")), or asSingleton, asIterable, asMultimap.',
  )
}
