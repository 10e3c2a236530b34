/**
 * What Beam refuses, against what we refuse.
 */
import { describe, expect, it } from 'vitest'
import { ACCEPTANCES } from './deviations.ts'
import { PIPELINES_UNDER_TEST } from './pipeline-under-test.ts'
import { refusalOf, type RejectedVector } from './rejected-vectors.ts'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

/** With which codes we refuse what Beam refuses with a word. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'accumulation-mode-unspecified': ['ACCUMULATION_UNSPECIFIED', 'LATENESS_UNSPECIFIED'],
  'allowed-lateness-unspecified': ['LATENESS_UNSPECIFIED'],
  'bad-session-gap': ['BAD_DURATION'],
  'bad-window': ['BAD_CALENDAR', 'BAD_DURATION', 'DateTimeException'],
  'flatten-triggers': ['FLATTEN_INCOMPATIBLE'],
  'flatten-windows': ['FLATTEN_INCOMPATIBLE'],
  'once-trigger-required': ['UNSAFE_TRIGGER'],
  'one-subtrigger': ['BAD_TRIGGER'],
  'output-timestamp-too-early': ['TIMER_OUTPUT_TOO_EARLY', 'TIMESTAMP_MOVED_BACK'],
  'side-input-duplicate-key': ['SEVERAL_IN_MAP'],
  'side-input-empty-singleton': ['EMPTY_SINGLETON'],
  'side-input-from-global-window': ['SIDE_INPUT_OF_GLOBAL'],
  // Beam looks at windows that nobody reads too; where one is empty that is read, that is what we say.
  'side-input-not-a-singleton': ['EMPTY_SINGLETON', 'SEVERAL_IN_SINGLETON'],
  'side-input-sessions': ['SIDE_INPUT_MERGES'],
  'state-on-merging-windows': ['STATE_IN_MERGING_WINDOWS'],
  'timer-after-expiry': ['TIMER_AFTER_EXPIRY'],
  'unbounded-global-default-trigger': ['LATENESS_UNSPECIFIED', 'NEVER_FIRES', 'SIDE_INPUT_NEVER_READY'],
  'unsafe-trigger': ['UNSAFE_TRIGGER'],
}

describe.skipIf(!hasVectors)(`what Beam Java refuses${skipNote}`, () => {
  const vectors = readVectors<RejectedVector>('beam-java/rejected.jsonl')

  it.each(Object.entries(PIPELINES_UNDER_TEST))(
    'is refused at construction or by %s, but for what we accept',
    (subject, run) => {
      const outcomes = vectors.map((vector) => ({ vector, code: refusalOf(run, vector) }))
      const mayPass = ({ id, rejected }: RejectedVector): boolean =>
        ACCEPTANCES.some((acceptance) => acceptance.rejected === rejected && (acceptance.ids?.includes(id) ?? true))
      const refused = outcomes.filter(({ code }) => code !== undefined)
      console.log(
        `rejected.jsonl, ${subject}: ${refused.length} refused, ${outcomes.length - refused.length} accepted by decision`,
      )
      // All lines, none left out.
      expect(outcomes).toHaveLength(193)
      expect(outcomes.filter(({ vector, code }) => code === undefined && !mayPass(vector))).toEqual([])
      expect(refused.filter(({ vector }) => mayPass(vector))).toEqual([])
      // For the same reason: each word of Beam's goes with codes of ours.
      const codes = new Map<string, Set<string>>()
      for (const { vector, code } of refused)
        codes.set(vector.rejected, new Set([...(codes.get(vector.rejected) ?? []), code!]))
      expect(Object.fromEntries([...codes].map(([rejected, ours]) => [rejected, [...ours].toSorted()]))).toEqual(CODES)
    },
  )
})
