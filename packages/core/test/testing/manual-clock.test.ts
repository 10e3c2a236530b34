/**
 * The manual clock: moved by hand, and by nothing else.
 */
import { days, hours, milliseconds, minutes, seconds } from '@tidemark/core'
import { manualClock } from '@tidemark/core/testing'
import { describe, expect, it } from 'vitest'

describe('a manual clock', () => {
  it('stands where it was set, until it is advanced', () => {
    const clock = manualClock(1_000_000)
    expect([clock.now(), clock.mono()]).toEqual([1_000_000, 0])
    clock.advance(seconds(2))
    expect([clock.now(), clock.mono()]).toEqual([1_002_000, 2000])
  })

  it('runs what waits in the order of moments, each at its own', () => {
    const clock = manualClock()
    const ran: [string, number][] = []
    const at = (name: string, delay: number) => clock.after(delay, () => ran.push([name, clock.mono()]))
    at('late', 30)
    at('early', 10)
    at('also early', 10)
    at('later', 31)
    clock.advance(milliseconds(30))
    expect(ran).toEqual([
      ['early', 10],
      ['also early', 10],
      ['late', 30],
    ])
    expect([clock.mono(), clock.waiting]).toEqual([30, 1])
  })

  it('runs what begins to wait on the way, when it is due on the way', () => {
    const clock = manualClock()
    const ran: number[] = []
    const tick = (): void => {
      ran.push(clock.mono())
      clock.after(40, tick)
    }
    clock.after(40, tick)
    clock.advance(milliseconds(100))
    expect(ran).toEqual([40, 80])
    expect(clock.waiting).toBe(1)
  })

  it('runs what has no time to wait only when it is told to go on, if by nothing', () => {
    const clock = manualClock()
    const ran: string[] = []
    clock.after(0, () => ran.push('now'))
    clock.after(-5, () => ran.push('past'))
    expect(ran).toEqual([])
    clock.advance(milliseconds(0))
    expect(ran).toEqual(['now', 'past'])
  })

  it('calls off what is not wanted any more', () => {
    const clock = manualClock()
    const ran: string[] = []
    const callOff = clock.after(10, () => ran.push('first'))
    clock.after(10, () => ran.push('second'))
    callOff()
    clock.advance(minutes(1))
    callOff()
    expect(ran).toEqual(['second'])
  })

  it.each([hours(-1), hours(1), days(20 * 365)])('lets the time of the day jump by %s, and no time pass', (by) => {
    const clock = manualClock(days(20_000).toMillis())
    const ran: number[] = []
    clock.after(1000, () => ran.push(clock.mono()))
    const before = clock.now()
    clock.jump(by)
    expect([clock.now() - before, clock.mono(), ran]).toEqual([by.toMillis(), 0, []])
    clock.advance(seconds(1))
    expect([clock.now() - before, ran]).toEqual([by.toMillis() + 1000, [1000]])
  })

  it('stands still where something throws, and goes on from there', () => {
    const clock = manualClock()
    const ran: number[] = []
    clock.after(10, () => {
      throw new Error('no')
    })
    clock.after(20, () => ran.push(clock.mono()))
    expect(() => clock.advance(milliseconds(30))).toThrow('no')
    expect([clock.mono(), ran]).toEqual([10, []])
    clock.advance(milliseconds(20))
    expect([clock.mono(), ran]).toEqual([30, [20]])
  })

  it('may be advanced from inside, and never goes back', () => {
    const clock = manualClock()
    const ran: number[] = []
    clock.after(10, () => clock.advance(milliseconds(50)))
    clock.after(55, () => ran.push(clock.mono()))
    clock.advance(milliseconds(20))
    expect([clock.mono(), ran]).toEqual([60, [55]])
  })

  it('does not advance by less than nothing', () => {
    expect(() => manualClock().advance(milliseconds(-1))).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
  })
})
