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
    const deviations = DEVIATIONS.filter(({ concerns }) => concerns(vector))
    const name = deviations.map((deviation) => deviation.name).join(' and ')
    const verdict = verdictOf(vector, check)
    if (isDeepStrictEqual(verdict.ours, verdict.theirs)) {
      passed += 1
      if (name !== '') agreeAllTheSame[name] = (agreeAllTheSame[name] ?? 0) + 1
    } else if (isExcused(deviations, verdict, vector, check)) {
      excused[name] = (excused[name] ?? 0) + 1
    } else {
      failures.push({ id: vector.id, ...verdict })
    }
  }
  return { passed, excused, agreeAllTheSame, failures }
}

/** One line that says what became of a file of vectors. */
export function tallyText(
  file: string,
  subject: string,
  { passed, excused, agreeAllTheSame, failures }: Tally,
): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none'
  return (
    `${file}, ${subject}: ${passed} agree, ${failures.length} differ without excuse, excused: ${list(excused)} ` +
    `(excusable but agree: ${list(agreeAllTheSame)})`
  )
}

// A vector is excused when it differs for the reasons given and no other: with Beam's windows it agrees, and so does what is kept.
function isExcused<V>(deviations: readonly Deviation[], verdict: Verdict, vector: V, check: Check<V>): boolean {
  const windows = deviations.find((deviation) => deviation.windows !== undefined)?.windows
  const { theirs, ours } = windows === undefined ? verdict : verdictOf(vector, check, windows)
  if (windows !== undefined && isDeepStrictEqual(ours, theirs)) return true
  const others = deviations.filter((deviation) => deviation.windows === undefined)
  return others.length > 0 && others.every(({ kept }) => kept === undefined || keeps(kept, theirs, ours))
}

function keeps(kept: (said: unknown) => unknown, theirs: unknown, ours: unknown): boolean {
  return typeof ours !== 'string' && isDeepStrictEqual(kept(ours), kept(theirs))
}

function verdictOf<V>(vector: V, check: Check<V>, windows?: WindowsOf): Verdict {
  try {
    return check(vector, windows)
  } catch (error) {
    return { theirs: 'an answer', ours: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
