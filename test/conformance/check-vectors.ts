/**
 * How a file of vectors is checked: every one is run, and every difference must be explained by a deviation.
 */
import { isDeepStrictEqual } from 'node:util'
import type { WindowsOf } from './beam-settings.ts'
import { DEVIATIONS, type Deviation, type Excusable } from './deviations.ts'

/** What a vector says and what we say; the same in form, so that a difference can be shown. */
export interface Verdict {
  readonly theirs: unknown
  readonly ours: unknown
}

/** Runs a vector, with our windows or with those given. */
export type Check<V> = (vector: V, windows?: WindowsOf) => Verdict

/** What became of a file of vectors. */
export interface Tally {
  readonly passed: number
  /** Vectors that differ and are excused, by the name of the deviation. */
  readonly excused: Readonly<Record<string, number>>
  /** Vectors that a deviation concerns and that agree all the same. */
  readonly agreeAllTheSame: Readonly<Record<string, number>>
  /** Vectors that differ without excuse. */
  readonly failures: readonly Failure[]
}

/** A vector that differs without excuse. */
export interface Failure extends Verdict {
  readonly id: string
}

/** Checks vectors one by one. A thrown error is a difference like any other. */
export function checkVectors<V extends Excusable>(vectors: readonly V[], check: Check<V>): Tally {
  let passed = 0
  const excused: Record<string, number> = {}
  const agreeAllTheSame: Record<string, number> = {}
  const failures: Failure[] = []
  for (const vector of vectors) {
    const deviation = DEVIATIONS.find(({ concerns }) => concerns(vector))
    const verdict = verdictOf(vector, check)
    if (isDeepStrictEqual(verdict.ours, verdict.theirs)) {
      passed += 1
      if (deviation !== undefined) agreeAllTheSame[deviation.name] = (agreeAllTheSame[deviation.name] ?? 0) + 1
    } else if (deviation !== undefined && isExcused(deviation, verdict, vector, check)) {
      excused[deviation.name] = (excused[deviation.name] ?? 0) + 1
    } else {
      failures.push({ id: vector.id, ...verdict })
    }
  }
  return { passed, excused, agreeAllTheSame, failures }
}

/** One line that says what became of a file of vectors. */
export function tallyText(file: string, subject: string, { passed, excused, agreeAllTheSame, failures }: Tally): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none'
  return (
    `${file}, ${subject}: ${passed} agree, ${failures.length} differ without excuse, excused: ${list(excused)} ` +
    `(excusable but agree: ${list(agreeAllTheSame)})`
  )
}

// A vector is excused when it differs for the reason given: with Beam's windows it would agree, or what is kept agrees.
function isExcused<V>({ kept, windows }: Deviation, { theirs, ours }: Verdict, vector: V, check: Check<V>): boolean {
  if (windows !== undefined) {
    const asInBeam = verdictOf(vector, check, windows)
    return isDeepStrictEqual(asInBeam.ours, asInBeam.theirs)
  }
  return kept === undefined || (typeof ours !== 'string' && isDeepStrictEqual(kept(ours), kept(theirs)))
}

function verdictOf<V>(vector: V, check: Check<V>, windows?: WindowsOf): Verdict {
  try {
    return check(vector, windows)
  } catch (error) {
    return { theirs: 'an answer', ours: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
