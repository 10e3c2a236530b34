/**
 * The machine's env: its clock, its turns and its chance.
 */
import { describe, expect, it, vi } from 'vitest'
import { envOf, LONGEST_DELAY, MACHINE } from '../../src/env/env.ts'

describe('the machine', () => {
  it('wakes up after a delay, and not when that is called off', async () => {
    const rang: string[] = []
    const callOff = MACHINE.clock.after(1, () => rang.push('called off'))
    callOff()
    const calledOff = MACHINE.defer(() => rang.push('deferred, called off'))
    calledOff()
    await new Promise<void>((resolve) => MACHINE.defer(resolve))
    await new Promise<void>((resolve) => MACHINE.clock.after(5, resolve))
    expect(rang).toEqual([])
  })

  it('keeps delays that are longer than its timers', () => {
    vi.useFakeTimers()
    try {
      const rang: string[] = []
      MACHINE.clock.after(2 * LONGEST_DELAY + 5, () => rang.push('rang'))
      const callOff = MACHINE.clock.after(2 * LONGEST_DELAY, () => rang.push('called off'))
      vi.advanceTimersByTime(LONGEST_DELAY + 1)
      callOff()
      vi.advanceTimersByTime(LONGEST_DELAY + 3)
      expect(rang).toEqual([])
      vi.advanceTimersByTime(1)
      expect(rang).toEqual(['rang'])
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('gives way to the parts that a program has of its own', () => {
    const random = () => 0.25
    expect(envOf({ random })).toEqual({ ...MACHINE, random })
    expect(() => envOf({ rnd: random } as object)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })
})
