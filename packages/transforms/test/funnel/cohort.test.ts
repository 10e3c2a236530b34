/**
 * Cohorts by hand: ages, who is a member once, what is kept, and what is refused.
 */
import { days, fixedWindows, GLOBAL_WINDOW, milliseconds, monotonousTimestamps } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { cohort, cohortMembers } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ageCounts } from '../../src/funnel/age-counts.ts'
import { acts, outputOf, perTen, timestampOf, who, type Act } from './steps.ts'

const options = {
  entity: who,
  began: ({ what }: Act) => what === 'join',
  did: ({ what }: Act) => what === 'use',
  within: milliseconds(30),
  age: milliseconds(10),
  per: perTen,
}

async function members(text: string): Promise<readonly string[]> {
  const found = await outputOf(acts('ann', text), cohortMembers('Members', options))
  return found.map(({ window, value: [, { began, ages }] }) => `${window.start}: ${began} [${ages.join(' ')}]`)
}

describe('a cohort', () => {
  it('is aligned by age: the first and the last of a period are looked at for equally long', async () => {
    const all = [
      ...acts('ann', 'join@0 use@5 use@15 use@16'),
      ...acts('bob', 'join@9 use@19 use@38'),
      ...acts('cat', 'join@4 use@35'),
      ...acts('dan', 'join@12 use@12'),
    ]
    const found = await outputOf(all, cohort('Cohort', options))
    expect(found.map(({ window, value }) => [window.start, value])).toEqual([
      [
        0,
        {
          members: 3,
          ages: [
            { age: 0, active: 1, byThen: 1 },
            { age: 1, active: 2, byThen: 2 },
            { age: 2, active: 1, byThen: 2 },
          ],
        },
      ],
      [
        10,
        {
          members: 1,
          ages: [
            { age: 0, active: 1, byThen: 1 },
            { age: 1, active: 0, byThen: 1 },
            { age: 2, active: 0, byThen: 1 },
          ],
        },
      ],
    ])
  })

  // Mutation: packages/transforms/src/funnel/cohort.ts: `timestamp - since <= entries.limit` → `timestamp - since < entries.limit`
  it('counts the moment of the limit to the last age, and nothing after it', async () => {
    expect(await members('join@1 use@31')).toEqual(['0: 1 [2]'])
    expect(await members('join@1 use@32')).toEqual(['0: 1 []'])
  })

  it('takes who begins again for the same member until the limit, and for a new one after it', async () => {
    expect(await members('join@1 join@5 join@31 use@14')).toEqual(['0: 1 [1]'])
    expect(await members('join@1 join@32 use@33')).toEqual(['0: 1 []', '30: 32 [0]'])
  })

  // Mutation: packages/transforms/src/funnel/cohort.ts: `Math.max(limit, maxTimestamp(window))` → `limit`
  it('has nobody twice, be the limit shorter than the period', async () => {
    const short = { ...options, within: milliseconds(2), age: milliseconds(2) }
    const found = await outputOf(acts('ann', 'join@1 join@7 use@8 join@10'), cohortMembers('Members', short))
    expect(found.map(({ value: [, { began }] }) => began)).toEqual([1, 10])
  })

  it('does not count who never began', async () => {
    expect(await members('use@1 use@2')).toEqual([])
    expect(await members('use@1 join@2')).toEqual(['0: 2 []'])
  })

  it('is one age where none is given', async () => {
    const { age: _, ...whole } = options
    const [found] = await outputOf(acts('ann', 'join@1 use@31 use@2'), cohort('Cohort', whole))
    expect(found!.value).toEqual({ members: 1, ages: [{ age: 0, active: 1, byThen: 1 }] })
  })

  // Mutation: packages/transforms/src/funnel/cohort.ts: `state.began.clear()` → `void state.began`
  it('keeps a member until its own limit, and nothing of it after that', async () => {
    const acts$ = new Subject<Act>()
    const watermark = monotonousTimestamps()
    const job = streamingRunner({ bundleSize: 1, maxFuture: 'off', autoStart: false }).run((root) => ({
      out: root.pipe(
        fromObservable('Acts', acts$, { timestamp: timestampOf, watermark }),
        cohortMembers('Members', options),
      ),
    }))
    const seen: string[] = []
    job.outputs.out.subscribe(({ value, timestamp }) =>
      seen.push(`${value[0]} [${value[1].ages.join(' ')}] @${timestamp}`),
    )
    job.start()
    const status = (): unknown => job.explain('ann', GLOBAL_WINDOW, 'Members/Members').status
    for (const act of acts('ann', 'join@3 use@12')) acts$.next(act)
    acts$.next({ who: 'bob', what: 'use', at: 33, id: 0 })
    expect([status(), seen]).toEqual(['open', []])
    acts$.next({ who: 'bob', what: 'use', at: 34, id: 1 })
    expect([status(), seen]).toEqual(['unseen', ['ann [0] @9']])
    acts$.complete()
    await job.done
  })

  it('has counts that obey the laws of combiners', () => {
    const inputs = [[], [0], [1, 2], [0, 1, 2], [2]]
    expect(() => checkCombineFnLaws(ageCounts(3), inputs)).not.toThrow()
  })
})

describe('what is no cohort', () => {
  it.each([
    ['WITHOUT_LIMIT', { within: undefined }, /no limit in time.*in the state for ever.*days\(30\)/],
    ['BAD_DURATION', { age: milliseconds(0) }, /endlessly many ages/],
    ['BAD_DURATION', { within: days(30), age: milliseconds(1) }, /2592000000 ages/],
    ['BAD_ENTRY_WINDOWS', { per: undefined }, /no windows/],
    ['BAD_OPTION', { did: 'use' }, /option did .* not a function/],
    ['BAD_OPTION', { period: fixedWindows(days(1)) }, /no option "period"/],
  ])('%s', (code, changed, says) => {
    const make = () => cohort('Cohort', { ...options, ...changed } as never)
    expect(make).toThrow(expect.objectContaining({ code }))
    expect(make).toThrow(says)
  })
})
