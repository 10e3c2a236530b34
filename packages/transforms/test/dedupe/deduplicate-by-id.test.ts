/**
 * One element of each id, and what says something else under the same id.
 */
import {
  afterCount,
  afterWatermark,
  composite,
  encodeValue,
  fixedWindows,
  GLOBAL_WINDOW,
  map,
  milliseconds,
  minutes,
  pipe,
  sessions,
  slidingWindows,
  windowInto,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { deduplicateById, type DeduplicateByIdOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import {
  driftOf,
  graphOf,
  grouped,
  inWindow,
  liveIn,
  rowsOf,
  settledIn,
  shown,
  textOf,
  timestamp,
  tries,
  type Row,
} from '../rows.ts'

const SIZE = 20
type Options = Omit<DeduplicateByIdOptions<Row, string>, 'id'>

const byId = (options: Options = {}) => deduplicateById('Dedupe', { id: ({ id }: Row) => id, ...options })
const keptBy = (options: Options = {}): PTransform<PCollection<Row>, PCollection<Row>> =>
  composite('Kept', (rows: PCollection<Row>) => rows.pipe(byId(options)).kept)
const conflictsBy = (options: Options = {}) =>
  composite('Conflicts', (rows: PCollection<Row>) => rows.pipe(byId(options)).conflicts)

const perWindow = windowInto<Row>(fixedWindows(milliseconds(SIZE)), {
  trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
  allowedLateness: milliseconds(15),
  accumulationMode: 'retracting',
})

/** The rule, row by row. */
function naive(rows: readonly Row[], size: number, within = Infinity) {
  const kept: unknown[] = []
  const conflicts: unknown[] = []
  for (const [key, copies] of grouped(rows, ({ id, at }) => `${Math.floor(at / size)} ${id}`)) {
    const window = Number(key.split(' ')[0]) * size
    let first: Row | undefined
    let seen: string[] = []
    for (const row of copies) {
      const bytes = encodeValue(row).join()
      if (first === undefined || row.at - first.at > within) {
        first = row
        seen = [bytes]
        kept.push(inWindow(window, row))
      } else if (!seen.includes(bytes)) {
        seen.push(bytes)
        conflicts.push(inWindow(window, { id: row.id, kept: first, other: row }))
      }
    }
  }
  return { kept: shown(kept), conflicts: shown(conflicts) }
}

const variants: readonly Options[] = [
  {},
  { within: milliseconds(7) },
  { emit: 'at-once' },
  { emit: 'at-once', within: milliseconds(7) },
]

describe('deduplicateById', () => {
  // Mutation: packages/transforms/src/dedupe/deduplicate-by-id.ts: `if (first === undefined || at - first.at > within) {` → `if (first === undefined || at - first.at >= within) {`
  it('keeps and reports what the rule does of a sorted list, at once or not, with and without `within`', () => {
    for (const [seed, options] of tries(variants)) {
      const rows = rowsOf(seed, 30, { span: 50 })
      const expected = naive(rows, SIZE, options.within?.toMillis())
      expect(settledIn(pipe(perWindow, keptBy(options)), rows), `seed: ${seed}`).toEqual(expected.kept)
      expect(settledIn(pipe(perWindow, conflictsBy(options)), rows), `seed: ${seed}`).toEqual(expected.conflicts)
    }
  })

  // Mutation: packages/transforms/src/dedupe/deduplicate-by-id.ts: `cells.kept.clear()` → `cells.others.clear()`
  it('forgets an id when `within` has passed, where no window does', () => {
    const rows = [0, 7, 8, 15, 16].map((at) => ({ id: 'a', at, value: 1 }))
    const kept = [0, 8, 16].map((at) => inWindow(GLOBAL_WINDOW, { id: 'a', at, value: 1 }))
    expect(settledIn(keptBy({ within: milliseconds(7) }), rows)).toEqual(shown(kept))
  })

  it.each([0, 1, 2, 3])('settles on the same in every order, bundle and restore (variant %i)', (variant) => {
    const options = variants[variant]!
    const tried = assertSameAnswer(pipe(perWindow, byId(options)), rowsOf(11, 24), { timestamp, runs: 25, seed: 3 })
    expect(tried.restored).toBeGreaterThan(5)
    expect(driftOf(pipe(perWindow, byId(options)))).toEqual([])
  })

  // Mutation: packages/transforms/src/emission/at-once.ts: `(panes === 'changes' ? timed : withoutCopies(timed, windowing))` → `timed`
  it('says a row at once, takes it back for an earlier one, and says nothing of a copy, which the ledger has', async () => {
    const late = { id: 'a', at: 9, value: 1 }
    const early = { id: 'a', at: 4, value: 1 }
    const { changes, ledger } = await liveIn(pipe(perWindow, keptBy({ emit: 'at-once' })), [late, late, early, late])
    const [first, second] = [late, early].map(textOf)
    expect(changes).toEqual([[`+${first}`], [], [`-${first}`, `+${second}`], []])
    expect(ledger.map(({ step, reason }) => `${step} ${reason}`)).toEqual([
      'Kept/Dedupe/Copies closed-window',
      'Kept/Dedupe/Copies closed-window',
    ])
  })

  it('finds a technical and then a business duplicate, at once and by the watermark', () => {
    const rows = rowsOf(5, 40)
    const chained = (options: Options) =>
      composite('Both', (all: PCollection<Row>) => {
        const technical = all.pipe(
          deduplicateById('Technical', { id: (row) => [row.id, row.value, row.at % 3], ...options }),
        )
        return technical.kept
          .pipe(deduplicateById('Business', { id: ({ id }) => id, ...options }))
          .kept.pipe(map(({ id }) => id))
      })
    const kept = settledIn(pipe(perWindow, chained({})), rows)
    expect(kept).toEqual(
      shown(
        [...grouped(rows, ({ id, at }) => `${Math.floor(at / SIZE)} ${id}`).values()].map(([row]) =>
          inWindow(Math.floor(row!.at / SIZE) * SIZE, row!.id),
        ),
      ),
    )
    expect(settledIn(pipe(perWindow, chained({ emit: 'at-once' })), rows)).toEqual(kept)
    assertSameAnswer(pipe(perWindow, chained({ emit: 'at-once' })), rows.slice(0, 16), { timestamp, runs: 15 })
  })

  // Mutation: packages/transforms/src/emission/at-once.ts: `return mayLoseData ? again :` → `return true ? again :`
  it('leaves windows, trigger and mode below as they were above', () => {
    const before = graphOf(perWindow)
    for (const options of variants) {
      const after = graphOf(pipe(perWindow, keptBy(options)))
      const windowingOf = ({ collections, outputs }: typeof after) => collections[outputs['output']!]!.windowing
      expect(windowingOf(after)).toEqual(windowingOf(before))
    }
  })

  it('refuses to remember for ever, and to emit at once where windows are not told by time', () => {
    const codeOf = (transform: PTransform<PCollection<Row>, unknown>): unknown => {
      try {
        return graphOf(transform) && 'accepted'
      } catch (error) {
        return (error as { code?: unknown }).code
      }
    }
    const atOnce = keptBy({ emit: 'at-once' })
    expect(codeOf(keptBy())).toBe('NEVER_FORGETS')
    expect(codeOf(keptBy({ within: minutes(1) }))).toBe('accepted')
    expect(codeOf(atOnce)).toBe('NEVER_FORGETS')
    expect(codeOf(pipe(windowInto<Row>(slidingWindows(minutes(2), minutes(1))), atOnce))).toBe('WINDOWS_NOT_TILING')
    expect(codeOf(pipe(windowInto<Row>(sessions(minutes(2))), atOnce))).toBe('WINDOWS_NOT_TILING')
    expect(() => byId({ within: milliseconds(-1) })).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
    expect(() => byId({ emit: 'soon' as never })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    expect(() => byId({ forget: true } as never)).toThrow(/has no option "forget"/)
  })
})
