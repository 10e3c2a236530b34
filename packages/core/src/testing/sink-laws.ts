/**
 * The laws of sinks, checked on given elements.
 *
 * A sink promises that what it writes is seen whole or not at all: nothing before `commit`, everything after it, nothing that was aborted.
 * The checker writes, commits and aborts in several ways, looks at what is visible after each step, and reports what should not be.
 */
import { checkChoice, checkOptions, encodeValue } from '../index.ts'
import type { AnySink, SinkBase, SinkWriter, Taken, Takes } from '../index.ts'
import { shuffles } from './arrangements.ts'
import { showValue } from './show-value.ts'
import { standing } from './standing.ts'

/** How the checker looks at the sink. */
export interface SinkLawOptions<T, K extends Takes> {
  /** Reads what is visible now, as anybody would: an entry for each element, in order where there is one. */
  readonly visible: () => Iterable<unknown> | Promise<Iterable<unknown>>
  /**
   * What should be visible of what one run has written (the value of each element; of overwrites, the values that the last one of each place
   * leaves).
   */
  readonly expected?: (written: readonly Taken<T, K>[]) => readonly unknown[]
  /** The order of what is visible; one of: `any` (default), `written` (as it was written), `fixed` (one order, whatever the order written). */
  readonly order?: 'any' | 'written' | 'fixed'
  /** What a run does to what earlier ones have published; one of: `add` (default), `replace`. */
  readonly commits?: 'add' | 'replace'
}

interface Subject<T, K extends Takes> {
  readonly elements: readonly Taken<T, K>[]
  readonly open: () => Promise<SinkWriter<T, K>>
  readonly visible: () => Promise<readonly unknown[]>
  readonly order: 'any' | 'written' | 'fixed'
  /** What is to be visible once `written` is committed over `before`. */
  readonly published: (
    before: readonly unknown[],
    ...written: readonly (readonly Taken<T, K>[])[]
  ) => readonly unknown[]
}

type Law = <T, K extends Takes>(subject: Subject<T, K>) => AsyncIterable<string>

const LAWS: Readonly<Record<string, Law>> = {
  commit: checkCommit,
  portions: checkPortions,
  abort: checkAbort,
  order: checkOrder,
  writers: checkWriters,
  'after the end': checkAfterEnd,
}

/**
 * Returns the laws that the sink breaks with these elements, one line of text each; none for a lawful one.
 *
 * **Contract** — Checked are: nothing is visible before `commit`; then all that was written, once, however it was divided into writes, and
 * elements that are equal as often as they were written; nothing of what was aborted; the order that `order` names; writers that do not
 * see one another's elements; and that after its end a writer takes nothing (`write` and `commit` throw or reject) and takes nothing back. The sink
 * is written to and what it publishes stays. For one that overwrites, the elements' places should be those of no other writer.
 *
 * ```ts
 * const lost: Sink<string> = { description: 'nowhere', open: () => ({ write() {}, commit() {}, abort() {} }) }
 * const element = { value: 'a', timestamp: 0, window: GLOBAL_WINDOW, pane: NO_FIRING, sign: 1 } as const
 * const [first] = await checkSinkLaws(lost, [element], { visible: () => [] })
 * first // => "commit: after commit 'a' is missing"
 * ```
 */
export async function checkSinkLaws<T, K extends Takes = 'panes'>(
  sink: SinkBase<T, K> & Pick<AnySink<T>, 'takes'>,
  elements: readonly Taken<T, K>[],
  options: SinkLawOptions<T, K>,
): Promise<readonly string[]> {
  checkOptions('checkSinkLaws', options, { visible: true, expected: true, order: true, commits: true })
  const order = checkChoice('checkSinkLaws', 'order', options.order, ['any', 'written', 'fixed']) ?? 'any'
  const commits = checkChoice('checkSinkLaws', 'commits', options.commits, ['add', 'replace']) ?? 'add'
  const { expected = standing } = options
  const history: Taken<T, K>[] = []
  const subject: Subject<T, K> = {
    elements,
    open: async () => noted(await sink.open(), history),
    visible: async () => [...(await options.visible())],
    order,
    published: (before, ...written) => {
      if (commits === 'replace') return expected(written.at(-1) ?? [])
      // Where places are overwritten, what stands in the others cannot be told from what is visible.
      if (sink.takes === 'overwrites') return expected([...history, ...written.flat()])
      return [...before, ...written.flatMap(expected)]
    },
  }
  const broken: string[] = []
  for (const [law, check] of Object.entries(LAWS))
    for (const line of await run(check(subject))) broken.push(`${law}: ${line}`)
  return broken
}

async function run(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const broken = new Set<string>()
  try {
    for await (const line of lines) broken.add(line)
  } catch (error) {
    broken.add(`threw ${String(error)}`)
  }
  return [...broken]
}

/** A writer that notes what it has committed. */
function noted<T, K extends Takes>(writer: SinkWriter<T, K>, history: Taken<T, K>[]): SinkWriter<T, K> {
  const written: Taken<T, K>[] = []
  return {
    write: async (elements) => {
      await writer.write(elements)
      written.push(...elements)
    },
    commit: async () => {
      await writer.commit()
      history.push(...written.splice(0))
    },
    abort: async () => writer.abort(),
  }
}

async function* checkCommit<T, K extends Takes>(subject: Subject<T, K>): AsyncIterable<string> {
  const { elements, open, visible, published } = subject
  const before = await visible()
  const writer = await open()
  yield* differences(subject, 'once the writer is open', await visible(), before)
  await writer.write(elements)
  yield* differences(subject, 'before commit', await visible(), before)
  await writer.commit()
  yield* differences(subject, 'after commit', await visible(), published(before, elements))
  const after = await visible()
  const empty = await open()
  await empty.commit()
  yield* differences(subject, 'after a commit of nothing', await visible(), published(after, []))
}

async function* checkPortions<T, K extends Takes>(subject: Subject<T, K>): AsyncIterable<string> {
  const { elements, open, visible, published } = subject
  const twice = [...elements, ...elements]
  for (const size of [1, 2, 3]) {
    const before = await visible()
    const writer = await open()
    for (let at = 0; at < twice.length; at += size) await writer.write(twice.slice(at, at + size))
    await writer.write([])
    await writer.commit()
    yield* differences(subject, `written twice over, ${size} at a time,`, await visible(), published(before, twice))
  }
}

async function* checkAbort<T, K extends Takes>(subject: Subject<T, K>): AsyncIterable<string> {
  const { elements, open, visible } = subject
  const before = await visible()
  for (const written of [[], elements, [...elements, ...elements]]) {
    const writer = await open()
    for (const element of written) await writer.write([element])
    await writer.abort()
    yield* differences(subject, `after ${written.length} elements were written and aborted`, await visible(), before)
  }
}

async function* checkOrder<T, K extends Takes>(subject: Subject<T, K>): AsyncIterable<string> {
  const { elements, open, visible, published, order } = subject
  let first: readonly unknown[] | undefined
  for (const arranged of [elements, elements.toReversed(), ...shuffles(elements)]) {
    const before = await visible()
    const writer = await open()
    await writer.write(arranged)
    await writer.commit()
    const after = await visible()
    yield* differences(subject, `written as ${showValue(arranged.map(shown))},`, after, published(before, arranged))
    const own = after.slice(after.length - published([], arranged).length)
    first ??= own
    if (order === 'fixed' && textOf(own) !== textOf(first))
      yield `written as ${showValue(arranged.map(shown))}, ${showValue(own)} is visible, and in another order ${showValue(first)}`
  }
}

async function* checkWriters<T, K extends Takes>(subject: Subject<T, K>): AsyncIterable<string> {
  const { elements, open, visible, published } = subject
  const half = Math.ceil(elements.length / 2)
  const [ours, others] = [elements.slice(0, half), elements.slice(half)]
  for (const end of ['abort', 'commit'] as const) {
    const before = await visible()
    const own = await open()
    const other = await open()
    await own.write(ours)
    await other.write(others)
    await own.commit()
    const after = published(before, ours)
    yield* differences(subject, 'after one of two writers has committed', await visible(), after)
    await other[end]()
    const last = end === 'abort' ? after : published(before, ours, others)
    yield* differences(subject, `after one of two writers has committed and the other's ${end}`, await visible(), last)
  }
}

async function* checkAfterEnd<T, K extends Takes>(subject: Subject<T, K>): AsyncIterable<string> {
  const { elements, open, visible } = subject
  for (const end of ['commit', 'abort'] as const) {
    const writer = await open()
    await writer.write(elements)
    await writer[end]()
    const ended = await visible()
    if (!(await isRefused(() => writer.write(elements)))) yield `a write after ${end} is not refused`
    if (!(await isRefused(() => writer.commit()))) yield `a commit after ${end} is not refused`
    yield* differences(subject, `after ${end}, then write and commit of the same writer,`, await visible(), ended)
    // A run that fails aborts whatever it has open, and may come to one that has published.
    await isRefused(() => writer.abort())
    yield* differences(subject, `after ${end}, then abort of the same writer,`, await visible(), ended)
  }
}

async function isRefused(call: () => void | Promise<void>): Promise<boolean> {
  try {
    await call()
    return false
  } catch {
    return true
  }
}

/** What is missing and what is too much; then, where order is promised, what stands in another place. */
function* differences<T, K extends Takes>(
  { order }: Subject<T, K>,
  when: string,
  actual: readonly unknown[],
  expected: readonly unknown[],
): Iterable<string> {
  const missing = without(expected, actual)
  const extra = without(actual, expected)
  if (missing.length > 0) yield `${when} ${listed(missing)} missing`
  if (extra.length > 0) yield `${when} ${listed(extra)} visible and should not be`
  if (order !== 'written' || missing.length + extra.length > 0 || textOf(actual) === textOf(expected)) return
  yield `${when} ${showValue(actual)} is visible, and not in the order written: ${showValue(expected)}`
}

function without(values: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  const counts = new Map<string, number>()
  for (const other of others) counts.set(textOf(other), (counts.get(textOf(other)) ?? 0) + 1)
  return values.filter((value) => {
    const count = counts.get(textOf(value)) ?? 0
    counts.set(textOf(value), count - 1)
    return count <= 0
  })
}

function listed(values: readonly unknown[]): string {
  const [first, ...rest] = values
  return rest.length === 0 ? `${showValue(first)} is` : `${showValue(first)} and ${rest.length} more are`
}

function textOf(value: unknown): string {
  return encodeValue(value).join()
}

function shown(element: unknown): unknown {
  return typeof element === 'object' && element !== null && 'value' in element ? element.value : element
}
