/**
 * J13: state for ever: what joins, gates and calls keep is gone when its time has passed, also of keys that never come back.
 */
import { asOfJoin, milliseconds } from '@tidemark/core'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Rounds, steps } from './keys-that-never-come-back.ts'
import { TwoSources, type Element } from './two-sources.ts'

const figures = fileURLToPath(new URL('state-figures.ts', import.meta.url))

describe('J13: keys that never come back', () => {
  // Mutation: packages/runners/src/execution/join/interval-records.ts: `this.#table.free(record.slot)` → `;`
  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `this.table.free(slot)` → `;`
  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `this.#table.free(side.slot)` → `;`
  it('J13: leave nothing in a snapshot once their time has passed', () => {
    for (const [name, of] of Object.entries(steps)) {
      const rounds = new Rounds(of)
      const sizes = Array.from({ length: 8 }, () => rounds.next(60).run.size)
      // A slot that is free is a number of some bytes; a key alone would be twenty.
      expect([name, Math.max(...sizes.slice(1)) - Math.min(...sizes.slice(1)) < 60]).toEqual([name, true])
      expect(rounds.elements).toBeGreaterThan(300)
    }
  })

  it('J13: leave nothing in memory, which after the sixth three thousand is what it was after the second', () => {
    const args = ['--expose-gc', '--conditions=@tidemark/source', '--import', 'tsx', figures]
    const measured = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as readonly {
      readonly name: string
      readonly elements: number
      readonly left: readonly number[]
    }[]
    expect(measured.map(({ name }) => name)).toEqual(Object.keys(steps))
    for (const { name, elements, left } of measured) {
      expect(elements).toBeGreaterThan(10_000)
      // In MB: of the twelve thousand keys in between, the bare texts would take more.
      expect([name, left.at(-1)! < left[1]! + 0.4]).toEqual([name, true])
    }
  })
})

describe('J13: rows of a dimension', () => {
  const rows = (keys: number): readonly Element[] =>
    Array.from({ length: keys }, (_, index) => [index, `${index}`, index])

  it('J13: are kept, one for each key, as any later element may ask for it; with maxAge not even that', () => {
    const kept = (maxAge: number | undefined): TwoSources =>
      new TwoSources((left, right) =>
        asOfJoin('Join', { left, right }, maxAge === undefined ? {} : { maxAge: milliseconds(maxAge) }),
      )
    const [forEver, aged] = [kept(undefined), kept(100)]
    const [before, empty] = [forEver.size, aged.size]
    for (const run of [forEver, aged])
      run.right(...rows(500), ...rows(500).map(([at, key]): Element => [at + 1, key, -at])).to(1000)
    expect(forEver.size - before).toBeGreaterThan(500 * 40)
    expect(aged.size - empty).toBeLessThan(500 * 20)
    forEver.left([1000, '7', 1])
    aged.left([1000, '7', 1])
    expect(forEver.end()).toEqual(['7: 1+-7 @1000'])
    expect(aged.end()).toEqual(['7: 1+- @1000'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `this.leftHasEnded = true` → `;`
  it('J13: are not kept when no element comes any more', () => {
    const run = new TwoSources((left, right) => asOfJoin('Join', { left, right }))
    const empty = run.size
    run.right(...rows(500)).to(100, 1000)
    expect(run.size - empty).toBeGreaterThan(500 * 40)
    run.input('L').complete('0')
    run.right([1001, 'last', 1]).input('R').advanceWatermark('0', 2000)
    expect(run.size - empty).toBeLessThan(500 * 20)
    expect(run.end()).toEqual([])
  })
})
