/**
 * Side inputs: what the function of a step sees of a view, for the window of the row at hand (70).
 *
 * A view's collection holds one row for each window: the list of its elements. There is no waiting here: everything has come.
 */
import { formatWindow, keyText, PipelineError, sideWindow } from '@tidemark/core'
import type { KV, SideInputs, SideInputView, SideValues, Window, WindowFn } from '@tidemark/core'
import type { PipelineGraph, Step, StepSide } from '@tidemark/core/graph'
import { canonicalKey } from './canonical-order.ts'
import { keyedValue, textOfWindow, type Row } from './rows.ts'

/** The rows of a step's main input, and what its function sees with each. */
export interface SeenRows {
  readonly main: readonly Row[]
  readonly sideOf: (row: { readonly window: Window }) => SideValues<SideInputs>
}

/** Parts what enters a step into the rows of its main input and what its views hold. `rest` are the rows of all inputs that were not dropped. */
export function seenRows(
  graph: PipelineGraph,
  { path, inputs }: Step,
  side: StepSide,
  collections: readonly (readonly Row[])[],
  rest: readonly Row[],
): SeenRows {
  if (side.names.length === 0) return { main: rest, sideOf: () => ({}) }
  const kept = new Set(rest)
  const [main, ...views] = inputs.map((id) => collections[id]!.filter((row) => kept.has(row)))
  const windowFns = inputs.slice(1).map((id) => graph.collections[id]!.windowing.windowFn)
  const elementsOf = (view: number, window: Window): readonly unknown[] => {
    const row = views[view]!.find((candidate) => textOfWindow(candidate.window) === textOfWindow(window))
    return row === undefined ? [] : (keyedValue(row)[1] as readonly unknown[])
  }
  // A map is made once for a window: a table of thousands would be made anew for each of thousands of rows.
  const known = new Map<string, SideValues<SideInputs>>()
  const sideOf = ({ window }: { readonly window: Window }): SideValues<SideInputs> => {
    const text = textOfWindow(window)
    const values = known.get(text) ?? madeOnce(sideValues(side, windowFns, path, window, elementsOf))
    known.set(text, values)
    return values
  }
  return { main: main!, sideOf }
}

/** The same values, each made when it is first read. */
function madeOnce(values: SideValues<SideInputs>): SideValues<SideInputs> {
  const once = {}
  for (const name of Object.keys(values)) {
    const get = (): unknown => {
      const value = values[name]
      Object.defineProperty(once, name, { value, enumerable: true })
      return value
    }
    Object.defineProperty(once, name, { get, enumerable: true, configurable: true })
  }
  return once
}

/**
 * What the function of a step sees for a main window; `elementsOf` gives the elements of a window of view `i`.
 *
 * **Contract** — A value is made when it is read, and what is wrong with it thrown there.
 */
export function sideValues(
  { names, views }: StepSide,
  windowFns: readonly WindowFn[],
  step: string,
  main: Window,
  elementsOf: (view: number, window: Window) => readonly unknown[],
): SideValues<SideInputs> {
  const values = {}
  for (const [index, name] of names.entries()) {
    const window = sideWindow(windowFns[index]!, main)
    const get = (): unknown => valueOf(views[index]!, elementsOf(index, window), step, window)
    Object.defineProperty(values, name, { get, enumerable: true })
  }
  return values
}

function valueOf(view: SideInputView, elements: readonly unknown[], step: string, window: Window): unknown {
  const refuse = (code: string, what: string): never => {
    const message = `"${step}" reads ${formatWindow(window)} of "${view.path}", which has ${what}. Make it what the view says it is, or another view of it.`
    throw new PipelineError(code, message, { step })
  }
  switch (view.form) {
    case 'iterable':
      return elements
    case 'singleton':
      if (elements.length === 1) return elements[0]
      if (elements.length > 1) return refuse('SEVERAL_IN_SINGLETON', `${elements.length} elements`)
      return view.fallback === undefined ? refuse('EMPTY_SINGLETON', 'no element and no default') : view.fallback.value
    case 'map': {
      const map = new ByBytes<unknown>()
      for (const [key, value] of elements as readonly KV<unknown, unknown>[]) {
        if (map.has(key)) refuse('SEVERAL_IN_MAP', `several values for ${keyText(key)}`)
        map.set(key, value)
      }
      return map
    }
    case 'multimap': {
      const map = new ByBytes<readonly unknown[]>()
      for (const [key, value] of elements as readonly KV<unknown, unknown>[])
        map.set(key, [...(map.get(key) ?? []), value])
      return map
    }
  }
}

/** A Map in which keys are the same when their bytes are; undefined and NaN are in none. */
class ByBytes<V> extends Map<unknown, V> {
  readonly #canonical = new Map<string, unknown>()

  override get(key: unknown): V | undefined {
    return super.get(this.#known(key))
  }

  override has(key: unknown): boolean {
    return super.has(this.#known(key))
  }

  override set(key: unknown, value: V): this {
    const text = keyText(key)
    if (!this.#canonical.has(text)) this.#canonical.set(text, canonicalKey(key, undefined))
    return super.set(this.#canonical.get(text), value)
  }

  #known(key: unknown): unknown {
    if (key === undefined || Number.isNaN(key)) return ByBytes
    const text = keyText(key)
    return this.#canonical.has(text) ? this.#canonical.get(text) : ByBytes
  }
}
