/**
 * Funnels by hand: repeats, skips, another order, the limit, windows of entry; what is kept, and what is refused.
 */
import {
  days,
  fixedWindows,
  GLOBAL_WINDOW,
  globalWindow,
  milliseconds,
  minutes,
  monotonousTimestamps,
  sessions,
  slidingWindows,
} from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { conversion, funnel, funnelCounts, type ConversionOptions, type FunnelOptions } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { stepCounts } from '../../src/funnel/funnel-counts.ts'
import { acts, outputOf, perTen, textOf, timestampOf, what, who, type Act } from './steps.ts'

const steps = ['visit', 'cart', 'paid'] as const
const options = { entity: who, steps, step: what, within: milliseconds(20), per: perTen } as const

/** How far one person came: `furthest times` for each window of an entry. */
async function way(text: string, within = 20): Promise<readonly string[]> {
  const found = await outputOf(acts('ann', text), funnel('Funnel', { ...options, within: milliseconds(within) }))
  return found.map(({ window, value: [, { furthest, reached, times }] }) => {
    expect(times).toHaveLength(reached)
    return `${window.start}: ${furthest} ${times.join(' ')}`
  })
}

describe('a funnel', () => {
  it.each([
    ['comes as far as the steps are taken in order', 'visit@1 cart@2 paid@3', '0: paid 1 2 3'],
    ['ends where a step is skipped', 'visit@1 paid@3', '0: visit 1'],
    [
      'goes on when a skipped step is taken after all, and the next again',
      'visit@1 paid@2 cart@3 paid@4',
      '0: paid 1 3 4',
    ],
    ['does not count steps before those that they follow', 'paid@1 cart@2 visit@3', '0: visit 3'],
    [
      'is not bothered by repeats: once is enough, and the first end counts',
      'visit@1 cart@2 cart@3 paid@4 paid@5',
      '0: paid 1 2 4',
    ],
    ['takes steps of one time in their order', 'paid@1 cart@1 visit@1', '0: paid 1 1 1'],
    ['shows the way from the latest entry that leads as far', 'visit@1 visit@5 cart@7', '0: cart 5 7'],
    ['takes the earlier entry where the later one does not lead on', 'visit@1 cart@4 visit@5', '0: cart 1 4'],
  ])('%s', async (_, text, expected) => {
    expect(await way(text)).toEqual([expected])
  })

  // Mutation: packages/transforms/src/funnel/funnel-paths.ts: `at - before[0]! > limit` → `at - before[0]! >= limit`
  it('measures the limit from the first step, and takes in the last moment', async () => {
    expect(await way('visit@1 cart@15 paid@21')).toEqual(['0: paid 1 15 21'])
    expect(await way('visit@1 cart@15 paid@22')).toEqual(['0: cart 1 15'])
  })

  it('completes by a later entry where the first one was too early', async () => {
    expect(await way('visit@1 visit@9 cart@12 paid@25')).toEqual(['0: paid 9 12 25'])
  })

  it('looks at every window of entry by itself', async () => {
    expect(await way('visit@1 visit@12 cart@14 paid@30')).toEqual(['0: cart 1 14', '10: paid 12 14 30'])
  })

  it('counts an entity once in a window, and who got further in every step before', async () => {
    const all = [
      ...acts('ann', 'visit@1 visit@2 visit@3 cart@4 paid@9'),
      ...acts('bob', 'visit@5 paid@6'),
      ...acts('cat', 'visit@7 cart@25 visit@11'),
      ...acts('dan', 'cart@1 paid@2'),
    ]
    expect(await textOf(all, funnelCounts('Counts', options))).toEqual([
      '0: {"visit":3,"cart":2,"paid":1}',
      '10: {"visit":1,"cart":1,"paid":0}',
    ])
  })

  it('has counts that obey the laws of combiners', () => {
    const times = [1, 2, 3]
    const ways = ([1, 3, 2, 1, 3] as const).map((reached) => ({ furthest: steps[reached - 1]!, reached, times }))
    expect(() => checkCombineFnLaws(stepCounts(steps), ways)).not.toThrow()
  })

  it('looks at all of a bounded input as one window', async () => {
    const all = [...acts('ann', 'visit@1 cart@2 visit@500 cart@501 paid@502'), ...acts('bob', 'visit@900')]
    expect(await textOf(all, funnelCounts('Counts', { ...options, per: globalWindow() }))).toEqual([
      `${GLOBAL_WINDOW.start}: {"visit":2,"cart":1,"paid":1}`,
    ])
  })

  it('takes a condition for each step', async () => {
    const byCondition: FunnelOptions<Act, string, 'came' | 'bought'> = {
      entity: who,
      steps: { came: (act) => act.what === 'visit', bought: (act) => act.what === 'paid' },
      within: milliseconds(5),
      per: perTen,
    }
    expect(await textOf(acts('ann', 'visit@1 cart@2 paid@3'), funnelCounts('Counts', byCondition))).toEqual([
      '0: {"came":1,"bought":1}',
    ])
  })

  // Mutation: packages/transforms/src/funnel/funnel.ts: `state.open.remove(start)` → `void start`
  it('keeps an entity until the limit after its window, and nothing of it after that', async () => {
    const acts$ = new Subject<Act>()
    const watermark = monotonousTimestamps()
    const job = streamingRunner({ bundleSize: 1, maxFuture: 'off', autoStart: false }).run((root) => ({
      out: root.pipe(fromObservable('Acts', acts$, { timestamp: timestampOf, watermark }), funnel('Funnel', options)),
    }))
    const seen: string[] = []
    job.outputs.out.subscribe(({ value, timestamp }) => seen.push(`${value[0]} ${value[1].furthest} @${timestamp}`))
    job.start()
    const status = (): unknown => job.explain('ann', GLOBAL_WINDOW, 'Funnel/Paths').status
    for (const act of acts('ann', 'visit@3 cart@12 paid@14')) acts$.next(act)
    // The window of the entry ends at 9, and the limit is 20 after that.
    acts$.next({ who: 'bob', what: 'visit', at: 29, id: 0 })
    expect([status(), seen]).toEqual(['open', []])
    acts$.next({ who: 'bob', what: 'visit', at: 31, id: 1 })
    expect([status(), seen]).toEqual(['unseen', ['ann paid @9']])
    acts$.complete()
    await job.done
    expect(seen).toEqual(['ann paid @9', 'bob visit @29', 'bob visit @39'])
  })
})

describe('a conversion', () => {
  const share = {
    entity: who,
    from: (act: Act) => act.what === 'visit',
    to: (act: Act) => act.what === 'paid',
    within: milliseconds(10),
    per: perTen,
  }

  const shares = async (all: readonly Act[], asked: ConversionOptions<Act, string>) =>
    (await outputOf(all, conversion('Share', asked))).map(({ window, value }) => [window.start, value])

  it('belongs to the window of what it is counted by, and keeps numerator and denominator', async () => {
    const all = [
      ...acts('ann', 'visit@1 paid@11'),
      ...acts('bob', 'visit@2 paid@13'),
      ...acts('cat', 'visit@9 paid@19 paid@20'),
      ...acts('dan', 'visit@15'),
      ...acts('eve', 'paid@5'),
    ]
    expect(await shares(all, share)).toEqual([
      [0, { numerator: 2, denominator: 3, value: 2 / 3 }],
      [10, { numerator: 0, denominator: 1, value: 0 }],
    ])
  })

  it('does not take one element for both', async () => {
    const always = { ...share, from: () => true, to: () => true }
    expect(await shares(acts('ann', 'visit@1'), always)).toEqual([[0, { numerator: 0, denominator: 1, value: 0 }]])
    expect(await shares(acts('ann', 'visit@1 visit@2'), always)).toEqual([
      [0, { numerator: 1, denominator: 1, value: 1 }],
    ])
  })
})

describe('what is no funnel', () => {
  const withOptions = (changed: object) => () => funnel('Funnel', { ...options, ...changed } as never)

  it.each([
    ['WITHOUT_LIMIT', { within: undefined }, /no limit in time.*Give within/],
    ['BAD_DURATION', { within: milliseconds(-1) }, /within: -1 ms/],
    ['BAD_STEPS', { steps: ['visit'] }, /has 1 steps.*at least two/],
    ['BAD_STEPS', { steps: ['visit', 'visit'] }, /stands twice/],
    ['BAD_STEPS', { steps: { first: () => true, 2: () => true }, step: undefined }, /named "2".*another order/],
    ['BAD_OPTION', { step: undefined }, /option step .* not a function/],
    ['BAD_OPTION', { window: perTen }, /no option "window"/],
    ['BAD_ENTRY_WINDOWS', { per: slidingWindows(minutes(2), minutes(1)) }, /neither overlap nor merge/],
    ['BAD_ENTRY_WINDOWS', { per: sessions(minutes(2)) }, /sessions/],
    ['BAD_ENTRY_WINDOWS', { per: undefined }, /no windows/],
  ])('%s', (code, changed, says) => {
    expect(withOptions(changed)).toThrow(expect.objectContaining({ code }))
    expect(withOptions(changed)).toThrow(says)
  })

  it('is a conversion without a limit', () => {
    const make = () =>
      conversion('Share', { entity: who, from: () => true, to: () => true, per: fixedWindows(days(1)) } as never)
    expect(make).toThrow(expect.objectContaining({ code: 'WITHOUT_LIMIT' }))
    expect(make).toThrow(/^conversion\("Share"\)/)
  })
})
