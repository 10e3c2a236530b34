/**
 * Funnels, conversions and cohorts against a naive computation over the list, and against themselves under any arrival.
 */
import { composite, milliseconds, type KV, type PCollection } from '@tidemark/core'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { cohort, cohortMembers, conversion, funnel, funnelCounts } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { naiveCohort, naiveFunnel, type Found } from './naive.ts'
import { outputOf, perTen, timestampOf, what, who, type Act } from './steps.ts'

const NAMES = ['visit', 'cart', 'paid'] as const

const actsOf = (kinds: readonly string[], horizon: number): fc.Arbitrary<readonly Act[]> =>
  fc
    .array(
      fc.record({
        who: fc.constantFrom('ann', 'bob'),
        what: fc.constantFrom(...kinds),
        at: fc.integer({ min: 0, max: horizon }),
      }),
      { minLength: 14, maxLength: 30 },
    )
    .map((all) => all.map((act, id) => ({ ...act, id })))

function sorted<V>(found: readonly Found<V>[]): readonly Found<V>[] {
  return found.toSorted(([a, [k]], [b, [l]]) => a - b || (k < l ? -1 : 1))
}

async function found<V>(
  all: readonly Act[],
  transform: Parameters<typeof outputOf<KV<string, V>>>[1],
): Promise<readonly Found<V>[]> {
  return sorted((await outputOf(all, transform)).map(({ window, value }) => [window.start, value] as const))
}

describe('a funnel', () => {
  const within = fc.integer({ min: 0, max: 30 })

  // Mutation: packages/transforms/src/funnel/funnel-paths.ts: `there[0]! >= before[0]!` → `there[0]! <= before[0]!`
  // Mutation: packages/transforms/src/funnel/funnel-paths.ts: `step === last || ` → ``
  it('is how far the best way from an entry of the window leads, found by trying all of them', async () => {
    let complete = 0
    await fc.assert(
      fc.asyncProperty(actsOf([...NAMES, 'other'], 50), within, async (all, limit) => {
        const options = { entity: who, steps: NAMES, step: what, within: milliseconds(limit), per: perTen } as const
        const steps = NAMES.map((name) => (act: Act) => act.what === name)
        const expected = sorted(naiveFunnel(all, steps, NAMES, limit))
        expect(await found(all, funnel('Funnel', options))).toEqual(expected)
        complete += expected.filter(([, [, { reached }]]) => reached === 3).length
      }),
      { numRuns: 100, seed: 611 },
    )
    expect(complete).toBeGreaterThan(50)
  })

  // Mutation: packages/transforms/src/funnel/funnel-paths.ts: `const before = paths[step - 1]` → `const before = (next ?? paths)[step - 1]`
  it('is so too where an element can be several steps, and is one step of a way', async () => {
    // A visit with a voucher is both the first and the second step.
    const steps = {
      first: ({ what: kind }: Act) => kind === 'visit' || kind === 'both',
      second: ({ what: kind }: Act) => kind === 'cart' || kind === 'both',
      third: ({ what: kind }: Act) => kind === 'cart' || kind === 'paid',
    }
    await fc.assert(
      fc.asyncProperty(actsOf(['visit', 'both', 'cart', 'paid'], 40), within, async (all, limit) => {
        const options = { entity: who, steps, within: milliseconds(limit), per: perTen }
        const expected = sorted(naiveFunnel(all, Object.values(steps), Object.keys(steps), limit))
        expect(await found(all, funnel('Funnel', options))).toEqual(expected)
      }),
      { numRuns: 60, seed: 612 },
    )
  })

  it('counts what the ways of its entities add up to, and never more at a later step', async () => {
    await fc.assert(
      fc.asyncProperty(actsOf(NAMES, 50), within, async (all, limit) => {
        const options = { entity: who, steps: NAMES, step: what, within: milliseconds(limit), per: perTen } as const
        const counts = await outputOf(all, funnelCounts('Counts', options))
        const ways = naiveFunnel(
          all,
          NAMES.map((name) => (act: Act) => act.what === name),
          NAMES,
          limit,
        )
        for (const { window, value } of counts) {
          const reached = ways.filter(([start]) => start === window.start).map(([, [, way]]) => way.reached)
          expect(value).toEqual({
            visit: reached.length,
            cart: reached.filter((one) => one >= 2).length,
            paid: reached.filter((one) => one >= 3).length,
          })
          expect(value.visit >= value.cart && value.cart >= value.paid).toBe(true)
        }
        expect(counts.map(({ window }) => window.start)).toEqual(
          [...new Set(ways.map(([start]) => start))].sort((a, b) => a - b),
        )
      }),
      { numRuns: 60, seed: 613 },
    )
  })
})

describe('a cohort', () => {
  it('has the members that a list has, with the ages at which they did it', async () => {
    await fc.assert(
      fc.asyncProperty(
        actsOf(['join', 'use', 'use'], 60),
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 1, max: 9 }),
        async (all, limit, age) => {
          const options = { ...ofCohort, within: milliseconds(limit), age: milliseconds(age) }
          const members = naiveCohort(all, limit, age)
          expect(await found(all, cohortMembers('Members', options))).toEqual(sorted(members))
          for (const { window, value } of await outputOf(all, cohort('Cohort', options))) {
            const own = members.filter(([start]) => start === window.start).map(([, [, { ages }]]) => ages)
            expect(value.members).toBe(own.length)
            expect(value.ages).toEqual(
              Array.from({ length: Math.max(1, Math.ceil(limit / age)) }, (_, n) => ({
                age: n,
                active: own.filter((ages) => ages.includes(n)).length,
                byThen: own.filter((ages) => ages.some((one) => one <= n)).length,
              })),
            )
          }
        },
      ),
      { numRuns: 100, seed: 614 },
    )
  })
})

const ofCohort = {
  entity: who,
  began: ({ what: kind }: Act) => kind === 'join',
  did: ({ what: kind }: Act) => kind === 'use',
  per: perTen,
}

describe('what comes out does not depend on arrival', () => {
  const within = milliseconds(15)
  const all: readonly Act[] = Array.from({ length: 40 }, (_, id) => ({
    who: ['ann', 'bob', 'cat'][(id * 7) % 3]!,
    what: ['visit', 'cart', 'paid', 'join', 'use'][(id * 11) % 5]!,
    at: (id * 37) % 60,
    id,
  }))
  const both = composite('All', (elements: PCollection<Act>) => ({
    ways: elements.pipe(funnel('Ways', { entity: who, steps: NAMES, step: what, within, per: perTen })),
    counts: elements.pipe(funnelCounts('Counts', { entity: who, steps: NAMES, step: what, within, per: perTen })),
    share: elements.pipe(
      conversion('Share', {
        entity: who,
        from: ({ what: kind }) => kind === 'visit',
        to: ({ what: kind }) => kind === 'paid',
        within,
        per: perTen,
      }),
    ),
    ages: elements.pipe(cohort('Ages', { ...ofCohort, within, age: milliseconds(5) })),
  }))

  it('of a funnel, a conversion and a cohort', () => {
    const tried = assertSameAnswer(both, all, { timestamp: timestampOf, runs: 60, seed: 615 })
    expect(tried.live).toBeGreaterThan(10)
    expect(tried.incomparable).toBeLessThan(tried.runs / 2)
  })
})
