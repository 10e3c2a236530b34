/**
 * ageCounts: how many members of a cohort did something at each age, and how many had done it by then.
 */
import type { CombineFn } from '@tidemark/core'

/** What the members of a cohort did at one age. */
export interface AtAge {
  /** From 0. */
  readonly age: number
  /** How many did it at this age. */
  readonly active: number
  /** How many had done it at this age or before: never fewer than at the age before. */
  readonly byThen: number
}

/** A cohort by age. Shares are these counts divided by `members`, so cohorts can be added up. */
export interface CohortAges {
  readonly members: number
  readonly ages: readonly AtAge[]
}

interface Counts {
  members: number
  /** Members active at each age. */
  readonly active: number[]
  /** Members active for the first time at each age. */
  readonly first: number[]
}

/** Combines the ages of members, each list in order, for `ages` ages. */
export function ageCounts(ages: number): CombineFn<readonly number[], Counts, CohortAges> {
  const zeros = (): number[] => Array.from({ length: ages }, () => 0)
  const enter = (counts: Counts, member: readonly number[], sign: 1 | -1): Counts => {
    counts.members += sign
    for (const age of member) counts.active[age]! += sign
    if (member[0] !== undefined) counts.first[member[0]]! += sign
    return counts
  }
  return {
    name: `ageCounts(${ages})`,
    orderFree: true,
    createAccumulator: () => ({ members: 0, active: zeros(), first: zeros() }),
    addInput: (counts, member) => enter(counts, member, 1),
    subtractInput: (counts, member) => enter(counts, member, -1),
    mergeAccumulators(counts, other) {
      counts.members += other.members
      for (let age = 0; age < ages; age += 1) {
        counts.active[age]! += other.active[age]!
        counts.first[age]! += other.first[age]!
      }
      return counts
    },
    extractOutput({ members, active, first }) {
      let byThen = 0
      return { members, ages: active.map((count, age) => ({ age, active: count, byThen: (byThen += first[age]!) })) }
    },
    mergeOutputs: (a, b) => ({
      members: a.members + b.members,
      ages: a.ages.map(({ age, active, byThen }, index) => {
        const other = b.ages[index]!
        return { age, active: active + other.active, byThen: byThen + other.byThen }
      }),
    }),
  }
}
