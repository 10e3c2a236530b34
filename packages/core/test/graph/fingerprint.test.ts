/**
 * The fingerprint of a graph: which changes of a program it shows, which it does not, and what is said of them.
 */
import { describe, expect, it } from 'vitest'
import { calendarDays } from '../../src/calendar/calendar-windows.ts'
import {
  buildGraph,
  fingerprintDifferences,
  fingerprintOf,
  stepNames,
  type GraphDescription,
  type Pipeline,
} from '../../src/graph/index.ts'
import { filter, flatten, withKeys, type PCollection } from '../../src/index.ts'
import { orders, type Order } from '../described-source.ts'
import { program, stateful, describes, fingerprint, berlin, type Outputs } from './fingerprinted.ts'
import { CHANGES } from './fingerprint-changes.ts'
import { NO_CHANGES } from './fingerprint-no-changes.ts'

describe('the fingerprint', () => {
  it.each(CHANGES)('shows a change of %s', (_what, before, now, told) => {
    expect(fingerprint(before)).not.toBe(fingerprint(now))
    expect(fingerprintDifferences(describes(before), describes(now))).toEqual(told)
  })

  it.each(NO_CHANGES)('does not show %s', (_what, before, now) => {
    expect(describes(now)).toEqual(describes(before))
    expect(fingerprint(now)).toBe(fingerprint(before))
    expect(fingerprintDifferences(describes(before), describes(now))).toEqual([])
  })

  it('differs wherever there is something to say, and only there', () => {
    const graphs = [...CHANGES, ...NO_CHANGES].map(([, , now]) => now).map(describes)
    for (const a of graphs) {
      for (const b of graphs) {
        expect(fingerprintDifferences(a, b).length === 0).toBe(fingerprintOf(a) === fingerprintOf(b))
      }
    }
  })

  it('is the same for ever: stored state is found again by it', () => {
    expect(fingerprint(program())).toMatchInlineSnapshot(`"g1-604a9e43d8f878c1"`)
  })

  it.each(['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Apia'])('is the same in the time zone %s', (zone) => {
    const pipeline = program(berlin)
    const here = fingerprint(pipeline)
    const home = process.env['TZ']
    process.env['TZ'] = zone
    try {
      expect(fingerprint(program(calendarDays({ zone: 'Europe/Berlin' })))).toBe(here)
    } finally {
      if (home === undefined) delete process.env['TZ']
      else process.env['TZ'] = home
    }
  })

  it('survives JSON: a description can be stored beside the state and compared later', () => {
    const description = describes(stateful())
    const stored = JSON.parse(JSON.stringify(description)) as GraphDescription
    expect(fingerprintOf(stored)).toBe(fingerprintOf(description))
    expect(fingerprintDifferences(stored, describes(program()))).toEqual([
      'The step "Carts" (statefulParDo) is gone.',
      'The step "Max" (combinePerKey) is new.',
      'The output "out" was fed by "Carts" and is fed by "Max".',
    ])
  })

  it('costs no more than the graph is large, however many ways lead through it', () => {
    const diamonds =
      (count: number): Pipeline<Outputs> =>
      (root) => {
        let rows: PCollection<Order> = orders(root)
        for (let i = 0; i < count; i += 1)
          rows = flatten([rows.pipe(filter(() => true)), rows.pipe(filter(() => true))])
        return { rows }
      }
    expect(fingerprintDifferences(describes(diamonds(60)), describes(diamonds(61)))).toHaveLength(1)
  })
})

const ORDERS = NO_CHANGES.find(([what]) => what.startsWith('the order in which'))!

describe('the names of steps in a description', () => {
  it('are paths where steps are named, and do not depend on the order of the program otherwise', () => {
    const names = (pipeline: Pipeline<Outputs>): readonly string[] => stepNames(buildGraph(pipeline))
    const [left, right] = [ORDERS[1], ORDERS[2]].map((pipeline) => names(pipeline).toSorted())
    expect(left).toEqual(right)
    expect(left!.filter((name) => !name.startsWith('#'))).toEqual(['A', 'B', 'Left', 'Right'])
  })

  it('tell unnamed steps apart by what reads them', () => {
    const names = stepNames(
      buildGraph((root) => {
        const rows = orders(root)
        return { a: rows.pipe(withKeys(() => 1)), b: rows.pipe(withKeys(() => 2)) }
      }),
    )
    expect(new Set(names).size).toBe(3)
  })

  it('number steps that nothing tells apart, since nobody reads them', () => {
    const names = stepNames(
      buildGraph((root) => {
        const rows = orders(root)
        rows.pipe(withKeys(() => 1))
        rows.pipe(withKeys(() => 2))
        return { rows }
      }),
    )
    expect(names[2]).toBe(`${names[1]}.2`)
  })
})
