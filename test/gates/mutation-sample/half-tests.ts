/**
 * Tests for the test of scripts/mutants.js: some notice their mutation, others do not. Their name keeps them out of all other runs.
 */
import { describe, expect, it } from 'vitest'
import { half } from './half.ts'

describe('half', () => {
  // Mutation: test/gates/mutation-sample/half.ts: `halves += 1` → `halves += 2`
  // Mutation: test/gates/mutation-sample/half.ts: `rest -= 2` → `rest -= 3`
  it('statement 1: halves (and notices when it does not)', () => {
    expect(half(6)).toBe(3)
  })

  // Mutation: test/gates/mutation-sample/half.ts: `rest >= 2` → `rest > 2`
  it('statement 2: sees too little', () => {
    expect(half(7)).toBe(3)
  })

  // Mutation: test/gates/mutation-sample/half.ts: `rest -= 2` → `throw new Error('broken')`
  it('statement 3: is red as it is', () => {
    expect(half(6)).toBe(4)
  })

  // Mutation: test/gates/mutation-sample/half.ts: `rest` → `left`
  it('statement 4: names what stands there more than once', () => {
    expect(half(2)).toBe(1)
  })

  // Mutation: test/gates/mutation-sample/half.ts: `return halves` → `return (halves`
  it('statement 5: would break the file', () => {
    expect(half(2)).toBe(1)
  })
})
