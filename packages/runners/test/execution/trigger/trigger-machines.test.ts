/**
 * Trigger machines as tables of events (statements 19-36): elements, watermarks, ticks, and what they answer at each end of a bundle.
 */
import {
  afterAll,
  afterAny,
  afterCount,
  afterEach,
  afterProcessingTime,
  afterWatermark,
  continuationTrigger,
  defaultTrigger,
  milliseconds,
  never,
  orFinally,
  repeatedly,
  type Trigger,
} from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { targetTime } from '../../../src/execution/trigger/after-delay-machine.ts'
import { compileTrigger } from '../../../src/execution/trigger/compile-trigger.ts'
import { merged, scripted } from './scripted-trigger.ts'

const two = afterCount(2)
const five = afterProcessingTime(milliseconds(5))

/** Statement, what it says, trigger, script, answers. */
const table: readonly (readonly [number, string, Trigger, string, string])[] = [
  [
    19,
    'the default trigger fires on time, then for every late bundle',
    defaultTrigger(),
    'e ? w10 ? e e ? e ?',
    '.FFF',
  ],
  [20, 'the end of the window is passed strictly', defaultTrigger(), 'e w9 ? w10 ?', '.F'],
  [20, 'afterWatermark is ready strictly past the end, and finishes', afterWatermark(), 'e w9 ? w10 ? e ?', '.X-'],
  [
    21,
    'early repeats until the end, late after it',
    afterWatermark({ early: two, late: two }),
    'e ? e ? e e ? w10 ? e ? e ? e e ?',
    '.FFF.FF',
  ],
  [
    21,
    'what early had counted does not count for late',
    afterWatermark({ early: two, late: two }),
    'e w10 ? e ? e ?',
    'F.F',
  ],
  [22, 'without late it finishes at the end', afterWatermark({ early: two }), 'e e ? w10 ? e ?', 'FX-'],
  [22, 'without early it is silent until the end', afterWatermark({ late: afterCount(1) }), 'e e ? w10 ? e ?', '.FF'],
  [23, 'afterCount counts since the last pane', repeatedly(two), 'e e ? e ? e ? e e ?', 'F.FF'],
  [24, 'afterCount is asked once a bundle, whatever is in it', repeatedly(two), 'e e e e e ? ? e ?', 'F..'],
  [25, 'afterCount that is never reached does not fire', afterCount(50), 'e e e ? w10 ?', '..'],
  [
    26,
    'afterProcessingTime is ready strictly after its delay from the first element',
    five,
    't1 e t4 e t6 ? t7 ?',
    '.X',
  ],
  [
    26,
    'a pane after the next begins with its own first element',
    repeatedly(five),
    't1 e t7 ? t20 ? t20 e t25 ? t26 ?',
    'F..F',
  ],
  [29, 'afterAny fires when any part is ready, and finishes', afterAny(two, five), 'e ? e ? e ?', '.X-'],
  [29, 'afterAny clears the parts that were not ready', repeatedly(afterAny(two, five)), 'e t6 ? e ? e ?', 'F.F'],
  [29, 'afterAll waits for all', afterAll(two, five), 'e e ? t6 ?', '.X'],
  [29, 'afterAll waits for all, whichever is first', afterAll(two, five), 'e t6 ? e ?', '.X'],
  [30, 'afterEach lets its parts fire one after the other', afterEach(two, afterCount(1)), 'e ? e ? e ? e ?', '.FX-'],
  [
    30,
    'afterEach repeats a part that does not finish',
    afterEach(afterCount(1), repeatedly(two)),
    'e ? e ? e ? e e ?',
    'F.FF',
  ],
  [
    31,
    'until sees all elements, across firings of main',
    orFinally(repeatedly(two), afterCount(5)),
    'e e ? e e ? e ? e ?',
    'FFX-',
  ],
  [31, 'main may finish first', orFinally(two, afterCount(5)), 'e e ? e ?', 'X-'],
  [
    32,
    'repeatedly starts a finished part anew',
    repeatedly(afterEach(two, afterCount(1))),
    'e e ? e ? e ? e ? e ?',
    'FF.FF',
  ],
  [
    32,
    'repeatedly forgets what the part had counted',
    repeatedly(afterAll(two, afterCount(1))),
    'e e e ? e ? e ?',
    'F.F',
  ],
  [33, 'never is never ready', never(), 'e w10 ? e ? w99 ?', '...'],
  [33, 'never in afterAny leaves it to the others', afterAny(never(), two), 'e ? e ?', '.X'],
]

describe('a trigger', () => {
  it.each(table)('(%i) %s', (_, __, trigger, script, answers) => {
    expect(scripted(trigger, script).answers).toBe(answers)
  })

  it('(29) of parts forgets, when any fires, what the parts not ready had counted', () => {
    // mutation: AfterAnyMachine.onFire without part.clear
    expect(scripted(afterAny(two, five), 'e t6').state).toEqual([0, -1, 0, 1, 0, 5])
    expect(scripted(afterAny(two, five), 'e t6 ?').state).toEqual([1, -1, 0, -1, 1, -1])
  })

  it('asks to be woken: at its processing time once a pane, at the end of the window', () => {
    expect(scripted(repeatedly(five), 't1 e e t7 ? e e').timers).toEqual([6, 12])
    expect(scripted(defaultTrigger(), 'e e').wakes).toBe(2)
    expect(scripted(afterWatermark(), 'e').wakes).toBe(1)
    expect(scripted(afterWatermark({ early: two }), 'e').wakes).toBe(1)
    expect(scripted(two, 'e e').wakes).toBe(0)
    expect(scripted(never(), 'e')).toMatchObject({ wakes: 0, timers: [] })
  })

  it('below a grouping fires on the next tick or element after its first', () => {
    expect(scripted(repeatedly(continuationTrigger(five)), 't5 e ? t6 ? e ? t7 ?').answers).toBe('.F.F')
    expect(scripted(continuationTrigger(five), 't5 e').timers).toEqual([5])
  })
})

describe('a target in processing time', () => {
  it.each([
    [7, [{ delay: 5 }], 12],
    [7, [{ delay: 5 }, { align: 10, offset: 0 }], 20],
    [15, [{ delay: 5 }, { align: 10, offset: 0 }], 20],
    [7, [{ align: 10, offset: 3 }], 13],
    [1, [{ align: 10, offset: 3 }], 3],
    [-12, [{ align: 10, offset: 0 }], -10],
  ])('(27) %i by %j is %i: rounded up, and a time on the boundary stays', (now, steps, target) => {
    // mutation: floor for ceil in targetTime
    expect(targetTime(now, steps)).toBe(target)
  })
})

describe('what is known of a compiled trigger', () => {
  it.each<[string, Trigger, Partial<ReturnType<typeof compileTrigger>>]>([
    ['the default one needs no memory and fires at the end', defaultTrigger(), { nodes: 0, early: false, atEnd: true }],
    ['never needs no memory', never(), { nodes: 0, early: false, atEnd: false }],
    [
      'afterWatermark without early need not be asked before the end',
      afterWatermark({ late: two }),
      { nodes: 3, early: false, atEnd: false },
    ],
    ['with early it must', afterWatermark({ early: two }), { nodes: 2, early: true }],
    ['others must', repeatedly(afterAll(two, five)), { nodes: 4, early: true, atEnd: false }],
    ['the default one inside another too', repeatedly(defaultTrigger()), { nodes: 2, early: true, atEnd: false }],
  ])('%s', (_, trigger, expected) => {
    expect(compileTrigger(trigger)).toMatchObject(expected)
  })
})

describe('when windows merge', () => {
  it('(36) counts add up, and one that has finished anywhere has finished', () => {
    // mutation: max for sum in AfterCountMachine.onMerge
    expect(merged(afterCount(3), ['e', 'e e'], {}).answer).toBe('ready')
    expect(merged(afterCount(4), ['e', 'e e'], {}).answer).toBe('.')
    expect(merged(afterCount(2), ['e', 'e e ?'], {}).answer).toBe('-')
  })

  it('(26) the earliest target wins', () => {
    const both = merged(five, ['t3 e', 't1 e'], { now: 7 })
    expect([both.answer, both.timers]).toEqual(['ready', [6]])
    expect(merged(five, ['t3 e', 't1'], { now: 8 })).toMatchObject({ answer: '.', timers: [8] })
  })

  it('(36) afterWatermark begins anew unless it has finished in all and the end of the merged window is passed', () => {
    const end = afterWatermark()
    expect(merged(end, ['e w10 ?', 'e w10 ?'], { window: { start: 0, end: 9 }, watermark: 10 }).answer).toBe('-')
    expect(merged(end, ['e w10 ?', 'e'], { watermark: 10 }).answer).toBe('.')
    expect(merged(end, ['e w10 ?', 'e w10 ?'], { watermark: 10 }).answer).toBe('.')
    expect(merged(end, ['e w10 ?', 'e'], { watermark: 20 }).answer).toBe('ready')
  })

  it('(36) an early and late trigger is early again unless all were past their end', () => {
    const both = afterWatermark({ early: two, late: two })
    expect(merged(both, ['e', 'e'], { watermark: 10 }).answer).toBe('ready')
    // As in Beam, the count of an early part that was over in one of the windows starts anew.
    expect(merged(both, ['e w10 ? e', 'e'], { watermark: 10 }).answer).toBe('.')
    expect(merged(both, ['e w10 ?', 'e'], { watermark: 10 }).answer).toBe('.')
    expect(merged(both, ['e w10 ? e', 'e w10 ? e'], { window: { start: 0, end: 9 }, watermark: 10 }).answer).toBe(
      'ready',
    )
    expect(merged(both, ['e w10 ? e', 'e w10 ?'], { window: { start: 0, end: 9 }, watermark: 10 }).answer).toBe('.')
  })

  it('(30) afterEach is where the merged parts are, and later parts start anew', () => {
    const each = afterEach(two, afterCount(3))
    expect(merged(each, ['e', 'e'], {}).answer).toBe('ready')
    const second = merged(each, ['e e ? e', 'e'], {})
    expect(second.answer).toBe('.')
    expect(merged(each, ['e e ? e e', 'e'], {}).answer).toBe('ready')
    expect(scripted(each, 'e e ? e e ? e ?', { merging: true }).answers).toBe('F.X')
  })

  it('(29, 31) composites follow their parts', () => {
    expect(merged(afterAny(two, never()), ['e', 'e'], {}).answer).toBe('ready')
    expect(merged(afterAll(two, five), ['t1 e', 't2 e'], { now: 7 }).answer).toBe('ready')
    expect(merged(afterAll(two, five), ['t1 e', 't2 e'], { now: 6 }).answer).toBe('.')
    expect(merged(orFinally(repeatedly(two), afterCount(5)), ['e e ? e', 'e e ?'], {}).answer).toBe('ready')
    expect(merged(repeatedly(two), ['e', 'e'], {}).answer).toBe('ready')
    expect(merged(defaultTrigger(), ['e', 'e'], { watermark: 20 }).answer).toBe('ready')
    expect(merged(never(), ['e', 'e'], { watermark: 99 }).answer).toBe('.')
  })

  it('(30) later parts are fed where windows may merge, as they may be revived', () => {
    const each = afterWatermark({ early: five, late: five })
    expect(scripted(each, 't1 e', { merging: false }).timers).toEqual([6])
    expect(scripted(each, 't1 e', { merging: true }).timers).toEqual([6, 6])
  })
})
