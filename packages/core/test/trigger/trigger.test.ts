/**
 * Triggers as data: frozen, written as they are built, refused when they could never be ready.
 */
import { describe, expect, it } from 'vitest'
import { milliseconds, minutes, seconds } from '../../src/time/duration.ts'
import { afterAll } from '../../src/trigger/after-all.ts'
import { afterAny } from '../../src/trigger/after-any.ts'
import { afterCount } from '../../src/trigger/after-count.ts'
import { afterEach } from '../../src/trigger/after-each.ts'
import { afterProcessingTime } from '../../src/trigger/after-processing-time.ts'
import { afterWatermark } from '../../src/trigger/after-watermark.ts'
import { continuationTrigger } from '../../src/trigger/continuation.ts'
import { defaultTrigger } from '../../src/trigger/default-trigger.ts'
import { never } from '../../src/trigger/never.ts'
import { orFinally } from '../../src/trigger/or-finally.ts'
import { repeatedly } from '../../src/trigger/repeatedly.ts'
import { mayEmitSeveralPanes, mayFinish } from '../../src/trigger/trigger-safety.ts'
import { formatTrigger, type Trigger } from '../../src/trigger/trigger.ts'

const second = afterProcessingTime(seconds(1))
const two = afterCount(2)

/**
 * Every trigger: how it is written, what it becomes below a grouping (statement 37; Beam's getContinuationTrigger), whether it
 * may finish (Beam's mayFinish), and whether a window may get several panes without and with an allowed lateness.
 */
const table: readonly {
  readonly trigger: Trigger
  readonly text: string
  readonly continuation: string
  readonly mayFinish: boolean
  readonly several: readonly [without: boolean, withLateness: boolean]
}[] = [
  {
    trigger: defaultTrigger(),
    text: 'defaultTrigger()',
    continuation: 'defaultTrigger()',
    mayFinish: false,
    several: [false, true],
  },
  { trigger: never(), text: 'never()', continuation: 'never()', mayFinish: false, several: [false, false] },
  { trigger: two, text: 'afterCount(2)', continuation: 'afterCount(1)', mayFinish: true, several: [true, true] },
  {
    trigger: second,
    text: 'afterProcessingTime(seconds(1))',
    continuation: 'afterSynchronizedProcessingTime()',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: afterProcessingTime(milliseconds(1), { to: minutes(1), offset: seconds(5) }),
    text: 'afterProcessingTime(milliseconds(1), { to: seconds(60), offset: seconds(5) })',
    continuation: 'afterSynchronizedProcessingTime()',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: continuationTrigger(second),
    text: 'afterSynchronizedProcessingTime()',
    continuation: 'afterSynchronizedProcessingTime()',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: afterWatermark(),
    text: 'afterWatermark()',
    continuation: 'afterWatermark()',
    mayFinish: true,
    several: [false, true],
  },
  {
    trigger: afterWatermark({ early: two }),
    text: 'afterWatermark({ early: afterCount(2) })',
    continuation: 'afterWatermark({ early: afterCount(1) })',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: afterWatermark({ late: second }),
    text: 'afterWatermark({ late: afterProcessingTime(seconds(1)) })',
    continuation: 'afterWatermark({ late: afterSynchronizedProcessingTime() })',
    mayFinish: false,
    several: [false, true],
  },
  {
    trigger: afterWatermark({ early: second, late: two }),
    text: 'afterWatermark({ early: afterProcessingTime(seconds(1)), late: afterCount(2) })',
    continuation: 'afterWatermark({ early: afterSynchronizedProcessingTime(), late: afterCount(1) })',
    mayFinish: false,
    several: [true, true],
  },
  {
    trigger: repeatedly(two),
    text: 'repeatedly(afterCount(2))',
    continuation: 'repeatedly(afterCount(1))',
    mayFinish: false,
    several: [true, true],
  },
  {
    trigger: afterAny(two, never()),
    text: 'afterAny(afterCount(2), never())',
    continuation: 'afterAny(afterCount(1), never())',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: afterAny(repeatedly(two), never()),
    text: 'afterAny(repeatedly(afterCount(2)), never())',
    continuation: 'afterAny(repeatedly(afterCount(1)), never())',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: afterAll(two, second),
    text: 'afterAll(afterCount(2), afterProcessingTime(seconds(1)))',
    continuation: 'afterAll(afterCount(1), afterSynchronizedProcessingTime())',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: afterAll(two, never()),
    text: 'afterAll(afterCount(2), never())',
    continuation: 'afterAll(afterCount(1), never())',
    mayFinish: false,
    several: [true, true],
  },
  {
    trigger: afterEach(two, second),
    text: 'afterEach(afterCount(2), afterProcessingTime(seconds(1)))',
    continuation: 'repeatedly(afterAny(afterCount(1), afterSynchronizedProcessingTime()))',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: afterEach(two, repeatedly(two)),
    text: 'afterEach(afterCount(2), repeatedly(afterCount(2)))',
    continuation: 'repeatedly(afterAny(afterCount(1), repeatedly(afterCount(1))))',
    mayFinish: false,
    several: [true, true],
  },
  {
    trigger: orFinally(repeatedly(two), second),
    text: 'orFinally(repeatedly(afterCount(2)), afterProcessingTime(seconds(1)))',
    continuation: 'repeatedly(orFinally(repeatedly(afterCount(1)), afterSynchronizedProcessingTime()))',
    mayFinish: true,
    several: [true, true],
  },
  {
    trigger: orFinally(repeatedly(two), never()),
    text: 'orFinally(repeatedly(afterCount(2)), never())',
    continuation: 'repeatedly(orFinally(repeatedly(afterCount(1)), never()))',
    mayFinish: false,
    several: [true, true],
  },
]

describe.each(table)('the trigger $text', ({ trigger, text, continuation, mayFinish: finishes, several }) => {
  it('is written as it is built', () => {
    expect(formatTrigger(trigger)).toBe(text)
  })

  it(`continues below a grouping as ${continuation}`, () => {
    // mutation: after-each without repeatedly in continuationTrigger
    expect(formatTrigger(continuationTrigger(trigger))).toBe(continuation)
  })

  it(`may finish while its window is open: ${finishes}`, () => {
    expect(mayFinish(trigger)).toBe(finishes)
  })

  it(`may give several panes: ${several[0]} without allowed lateness, ${several[1]} with it`, () => {
    expect([mayEmitSeveralPanes(trigger, 0), mayEmitSeveralPanes(trigger, 1)]).toEqual(several)
  })

  it('is frozen to its parts, and so is its continuation', () => {
    for (const part of [...partsOf(trigger), ...partsOf(continuationTrigger(trigger))])
      expect(Object.isFrozen(part)).toBe(true)
  })
})

describe('a trigger', () => {
  it.each([0, -1, 1.5, Number.NaN, Infinity])('does not wait for %d elements', (count) => {
    expect(() => afterCount(count)).toThrow(expect.objectContaining({ code: 'BAD_TRIGGER' }))
    expect(() => afterCount(count)).toThrow(
      `afterCount(${count}): a pane cannot wait for ${count} elements. Give a whole number of at least 1.`,
    )
  })

  it.each([
    ['afterAny', afterAny],
    ['afterAll', afterAll],
    ['afterEach', afterEach],
  ])('%s has at least one part', (name, make) => {
    expect(() => make()).toThrow(expect.objectContaining({ code: 'BAD_TRIGGER' }))
    expect(() => make()).toThrow(`${name}() has no parts, so it could never be ready. Give at least one trigger.`)
  })

  it('does not change with the list it was made from', () => {
    const parts: Trigger[] = [two]
    const trigger = afterAll(...parts)
    parts.push(never())
    expect(trigger.of).toEqual([two])
  })

  it('waits in milliseconds of processing time, rounded up to a boundary on request', () => {
    expect(afterProcessingTime(seconds(1)).steps).toEqual([{ delay: 1000 }])
    expect(afterProcessingTime(seconds(1), { to: seconds(60) }).steps).toEqual([
      { delay: 1000 },
      { align: 60_000, offset: 0 },
    ])
    expect(afterProcessingTime(seconds(1), { to: seconds(60), offset: seconds(5) }).steps).toEqual([
      { delay: 1000 },
      { align: 60_000, offset: 5_000 },
    ])
  })

  it('waits for no time below zero, and for no multiple of zero', () => {
    expect(() => afterProcessingTime(seconds(-1))).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
    expect(() => afterProcessingTime(seconds(1), { to: milliseconds(0) })).toThrow(
      expect.objectContaining({ code: 'BAD_TRIGGER' }),
    )
  })
})

function partsOf(trigger: Trigger): readonly object[] {
  const inner = Object.values(trigger).flatMap((part: unknown): readonly object[] => {
    if (Array.isArray(part))
      return [part as object, ...part.flatMap((each: unknown) => (isObject(each) ? partsOf(each as Trigger) : []))]
    return isObject(part) ? partsOf(part as Trigger) : []
  })
  return [trigger, ...inner]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
