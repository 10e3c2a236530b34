/**
 * The laws of combiners, checked on given inputs.
 *
 * A CombineFn promises that its output is a function of the multiset of inputs. The checker takes other ways to the same
 * multiset (orders, partials, detours through bytes and through inputs taken back) and reports those that end elsewhere.
 * Its choices come from a fixed seed, so a report can be repeated.
 */
import { canonicalCoder, checkOptions, compareBytes, encodeValue, type Coder, type CombineFn } from '../index.ts'
import { partitions, shuffles } from './arrangements.ts'
import { showValue } from './show-value.ts'

/** How the checker compares. */
export interface CombineFnLawOptions<Out> {
  /** When two outputs are the same (equal canonical bytes). */
  readonly equal?: (a: Out, b: Out) => boolean
}

interface Subject<In, Acc, Out> {
  readonly combineFn: CombineFn<In, Acc, Out>
  readonly inputs: readonly In[]
  readonly combine: (inputs: readonly In[]) => Acc
  readonly output: (accumulator: Acc) => Out
  readonly expected: Out
  /** A line for an output that differs from the expected one. */
  readonly differs: (how: string, actual: Out, expected: Out) => readonly string[]
  readonly coder: Coder<Acc>
}

type Law = <In, Acc, Out>(subject: Subject<In, Acc, Out>) => Iterable<string>

const LAWS: Readonly<Record<string, Law>> = {
  order: checkOrder,
  grouping: checkGrouping,
  purity: checkPurity,
  subtraction: checkSubtraction,
  outputs: checkOutputs,
  coder: checkCoder,
}

/**
 * Returns the laws that the combiner breaks on these inputs, one line of text each; none for a lawful one.
 *
 * **Contract** — Checked are: order of inputs; grouping into partials, empty ones too, and the shape of merging; that
 * nothing but the first argument changes and nothing is shared; that a subtraction undoes an addition, in this or another
 * partial; that merged outputs are the output of the union; that accumulators survive their coder.
 *
 * ```ts
 * const last: CombineFn<number, number, number> = {
 *   name: 'last',
 *   orderFree: true,
 *   createAccumulator: () => 0,
 *   addInput: (_, input) => input,
 *   mergeAccumulators: (_, other) => other,
 *   extractOutput: (accumulator) => accumulator,
 * }
 * checkCombineFnLaws(last, [1, 2])[0] // => 'order: inputs [2, 1] give 1, not 2'
 * ```
 */
export function checkCombineFnLaws<In, Acc, Out>(
  combineFn: CombineFn<In, Acc, Out>,
  inputs: readonly In[],
  options: CombineFnLawOptions<Out> = {},
): readonly string[] {
  checkOptions('checkCombineFnLaws', options, { equal: true })
  const { equal = (a: Out, b: Out) => sameBytes(encodeValue(a), encodeValue(b)) } = options
  const { accumulatorCoder: coder = canonicalCoder<Acc>() } = combineFn
  const combine = (given: readonly In[]): Acc =>
    given.reduce((accumulator, input) => combineFn.addInput(accumulator, input), combineFn.createAccumulator())
  const output = (accumulator: Acc): Out => combineFn.extractOutput(accumulator)
  const subject: Subject<In, Acc, Out> = {
    combineFn,
    inputs,
    combine,
    output,
    expected: output(combine(inputs)),
    differs: (how, actual, expected) =>
      equal(actual, expected) ? [] : [`${how} give ${showValue(actual)}, not ${showValue(expected)}`],
    coder,
  }
  return Object.entries(LAWS).flatMap(([law, check]) => run(() => check(subject)).map((line) => `${law}: ${line}`))
}

function run(check: () => Iterable<string>): readonly string[] {
  try {
    return [...new Set(check())]
  } catch (error) {
    return [`threw ${String(error)}`]
  }
}

function* checkOrder<In, Acc, Out>({
  inputs,
  combine,
  output,
  expected,
  differs,
}: Subject<In, Acc, Out>): Iterable<string> {
  for (const order of [inputs.toReversed(), ...shuffles(inputs)]) {
    yield* differs(`inputs ${showValue(order)}`, output(combine(order)), expected)
  }
}

function* checkGrouping<In, Acc, Out>(subject: Subject<In, Acc, Out>): Iterable<string> {
  const { combineFn, inputs, combine, output, expected, differs } = subject
  const merge = (a: Acc, b: Acc): Acc => combineFn.mergeAccumulators(a, b)
  for (const groups of partitions(inputs)) {
    const shown = showValue(groups)
    const partials = (): Acc[] => groups.map(combine)
    const [first = combineFn.createAccumulator(), ...others] = partials()
    yield* differs(`partials ${shown}, merged into the first,`, output(others.reduce(merge, first)), expected)
    const intoLast = partials().reduce((merged, partial) => merge(partial, merged))
    yield* differs(`partials ${shown}, each merged into the next,`, output(intoLast), expected)
    yield* differs(`partials ${shown}, merged as a tree,`, output(mergeTree(partials(), merge)), expected)
  }
}

function mergeTree<Acc>(partials: readonly Acc[], merge: (a: Acc, b: Acc) => Acc): Acc {
  const [only] = partials
  if (partials.length === 1) return only as Acc
  const middle = partials.length >> 1
  return merge(mergeTree(partials.slice(0, middle), merge), mergeTree(partials.slice(middle), merge))
}

function* checkPurity<In, Acc, Out>(subject: Subject<In, Acc, Out>): Iterable<string> {
  const { combineFn, inputs, combine, output, differs, coder } = subject
  const nothing = output(combineFn.createAccumulator())
  const whole = combine(inputs)
  const before = coder.encode(whole)
  const first = output(whole)
  if (!sameBytes(coder.encode(whole), before)) yield 'extractOutput changes the accumulator'
  yield* differs('two extractions in a row', output(whole), first)
  yield* differs('a new accumulator made after others were used,', output(combineFn.createAccumulator()), nothing)
  if (encodable(first)) {
    // A pane that was emitted is not to change when the next element comes.
    const firstBefore = encodeValue(first)
    inputs.reduce((accumulator, input) => combineFn.addInput(accumulator, input), whole)
    if (!sameBytes(encodeValue(first), firstBefore))
      yield 'the result of extractOutput shares state with the accumulator'
  }

  for (const [a = [], b = []] of partitions(inputs).filter((groups) => groups.length === 2)) {
    const other = combine(b)
    const otherBefore = coder.encode(other)
    const merged = combineFn.mergeAccumulators(combine(a), other)
    if (!sameBytes(coder.encode(other), otherBefore)) yield 'mergeAccumulators changes its second argument'
    inputs.reduce((accumulator, input) => combineFn.addInput(accumulator, input), merged)
    if (!sameBytes(coder.encode(other), otherBefore))
      yield 'the result of mergeAccumulators shares state with its second argument'
  }
  if (encodable(inputs)) {
    const inputsBefore = encodeValue(inputs)
    combine(inputs)
    if (!sameBytes(encodeValue(inputs), inputsBefore)) yield 'addInput changes its input'
  }
}

function* checkSubtraction<In, Acc, Out>(subject: Subject<In, Acc, Out>): Iterable<string> {
  const { combineFn, inputs, combine, output, differs } = subject
  const subtract = combineFn.subtractInput
  if (!subtract) return
  for (const [index, input] of inputs.entries()) {
    const others = inputs.toSpliced(index, 1)
    const shown = `${showValue(inputs)} less ${showValue(input)}`
    const expected = output(combine(others))
    yield* differs(shown, output(subtract(combine(inputs), input)), expected)
    const apart = combineFn.mergeAccumulators(subtract(combineFn.createAccumulator(), input), combine(inputs))
    yield* differs(`${shown}, taken back in another partial,`, output(apart), expected)
  }
  const nothing = output(combineFn.createAccumulator())
  for (const order of [inputs.toReversed(), ...shuffles(inputs)]) {
    const left = order.reduce((accumulator, input) => subtract(accumulator, input), combine(inputs))
    yield* differs(`${showValue(inputs)} less all, taken back as ${showValue(order)},`, output(left), nothing)
  }
}

function* checkOutputs<In, Acc, Out>(subject: Subject<In, Acc, Out>): Iterable<string> {
  const { combineFn, inputs, combine, output, expected, differs } = subject
  const { mergeOutputs } = combineFn
  if (!mergeOutputs) return
  for (const groups of partitions(inputs)) {
    const outputs = groups.map((group) => output(combine(group)))
    const before = encodable(outputs) ? encodeValue(outputs) : undefined
    const shown = showValue(outputs)
    yield* differs(
      `outputs ${shown}, merged left to right,`,
      outputs.reduce((a, b) => mergeOutputs(a, b)),
      expected,
    )
    yield* differs(
      `outputs ${shown}, merged right to left,`,
      outputs.reduceRight((a, b) => mergeOutputs(a, b)),
      expected,
    )
    if (before && !sameBytes(encodeValue(outputs), before)) yield 'mergeOutputs changes an output'
  }
}

function* checkCoder<In, Acc, Out>(subject: Subject<In, Acc, Out>): Iterable<string> {
  const { combineFn, inputs, combine, output, expected, differs, coder } = subject
  for (const length of new Set([0, 1, inputs.length >> 1, inputs.length])) {
    const head = inputs.slice(0, length)
    const bytes = coder.encode(combine(head))
    const shown = `the stored accumulator of ${showValue(head)}`
    if (!sameBytes(coder.encode(coder.decode(bytes)), bytes))
      yield `${shown} is stored as other bytes once it is read back`
    yield* differs(`${shown}, read back,`, output(coder.decode(bytes)), output(combine(head)))
    const resumed = inputs
      .slice(length)
      .reduce((accumulator, input) => combineFn.addInput(accumulator, input), coder.decode(bytes))
    yield* differs(`${shown}, read back and added the rest,`, output(resumed), expected)
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0
}

function encodable(value: unknown): boolean {
  try {
    encodeValue(value)
    return true
  } catch {
    return false
  }
}
