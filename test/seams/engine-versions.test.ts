/**
 * The seam for later engines: a second version goes on from the first one's snapshot as if nothing had been, and what version 1 has
 * written is read in all time to come.
 */
import type { LedgerEntry, WindowedValue } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../packages/runners/src/execution/engine.ts'
import { SNAPSHOT_FORMAT, type SnapshotFormat } from '../../packages/runners/src/execution/snapshot/engine-snapshot.ts'
import { FirstEngine, fromVersion0, ticksPerKey, type Tick } from './first-engine.ts'
import { SNAPSHOT_CASES, type SnapshotCase } from './snapshot-cases.ts'
import { freshSnapshot, keptSnapshot, versions } from './snapshot-files.ts'

/** What an engine says that goes on from a snapshot: outputs and ledger in order, then settled results and the keyed step's counts. */
function sayings({ pipeline, options, after }: SnapshotCase, snapshot: Uint8Array): readonly string[] {
  const graph = buildGraph(pipeline)
  const said: string[] = []
  const engine = new Engine(graph, {
    ...options,
    onOutput: (name, values) => said.push(...values.map((value) => `${name} ${shown(value)}`)),
    onLedger: (entry) => said.push(entered(entry)),
  })
  engine.restore(snapshot)
  after(engine)
  engine.assertConserved()
  if (options.settled === true) {
    for (const { window, value } of engine.settled('out').entries)
      said.push(`settled out [${window.start},${window.end}) ${JSON.stringify(value)}`)
  }
  const { step, in: taken, out } = engine.counters().at(-1)!
  return [...said, `counted ${step} in ${taken} out ${out}`]
}

function shown({ value, window, pane, timestamp, sign }: WindowedValue<unknown>): string {
  const { timing, index, isLast } = pane
  // Elements that no pane has brought have a pane that says nothing.
  const firing = timing === 'unknown' && sign > 0 ? '' : ` ${timing}#${index}${isLast ? ' last' : ''}`
  return `${sign < 0 ? '-' : ''}[${window.start},${window.end}) ${JSON.stringify(value)}${firing} @${timestamp}`
}

function entered({ reason, step, element, window, position }: LedgerEntry): string {
  return `${reason} ${step} ${JSON.stringify(element)} [${window?.start},${window?.end}) at ${position?.split}:${position?.offset}`
}

function inSeconds({ window: { start, end }, value }: WindowedValue<unknown>): string {
  const [key, ticks] = value as readonly [string, number]
  return `[${start / 1000},${end / 1000}) ${key}=${ticks}`
}

describe('an engine that reads what the one before it has written', () => {
  // Ticks, and watermarks in between, in seconds.
  const script: readonly (Tick | number)[] = [
    ...[[1, 'a'], [2, 'b'], [3, 'a'], [12, 'a']] as const, // prettier-ignore
    5,
    ...[[8, 'b'], [25, 'c'], [9, 'a']] as const, // prettier-ignore
    13,
    ...[[14, 'b'], [13, 'a']] as const, // prettier-ignore
    40,
  ]
  const expected = ['[0,10) a=3', '[0,10) b=2', '[10,20) a=2', '[10,20) b=1', '[20,30) c=1']

  const play = (steps: typeof script, take: (tick: Tick) => void, advance: (second: number) => readonly string[]) =>
    steps.flatMap((step) => (typeof step === 'number' ? advance(step) : (take(step), [])))

  /** Plays the script with the first engine up to a step, and from there with today's. */
  function changedAt(step: number, format: SnapshotFormat): readonly string[] {
    const first = new FirstEngine()
    const before = play(script.slice(0, step), (tick) => first.take(tick), (second) => first.advance(second)) // prettier-ignore
    const said: string[] = []
    const engine = new Engine(buildGraph(ticksPerKey), {
      snapshotFormat: format,
      onOutput: (_, values) => said.push(...values.map(inSeconds)),
    })
    engine.restore(first.snapshot())
    const [input] = engine.inputs
    const after = play(
      script.slice(step),
      (tick) => {
        input!.offer('0', { elements: [tick], offsets: [0], rejected: [], position: null, bytes: 0, done: false })
      },
      (second) => {
        input!.advanceWatermark('0', second * 1000)
        return said.splice(0).sort()
      },
    )
    engine.assertConserved()
    return [...before, ...after]
  }

  // Mutation: packages/runners/src/execution/snapshot/engine-snapshot.ts: `snapshot = upgrade(snapshot)` → `void upgrade`
  // Mutation: packages/runners/src/execution/snapshot/parts.ts: `if (data === undefined) continue` → `if (data === undefined) throw new Error(name)`
  it('goes on as if nothing had been, wherever the first one stopped', () => {
    const format = { version: 1, upgrades: { 0: fromVersion0 } }
    const first = new FirstEngine()
    expect(play(script, (tick) => first.take(tick), (second) => first.advance(second))).toEqual(expected) // prettier-ignore
    // A watermark that has not begun is no time that version 0 could write.
    for (let step = script.indexOf(5) + 1; step <= script.length; step++)
      expect([step, changedAt(step, format)]).toEqual([step, expected])
  })

  it('is told by name what it cannot read', () => {
    expect(() => changedAt(script.length, { version: 1, upgrades: {} })).toThrow('is of version 0')
    expect(count().accumulatorCoder, 'the upgrade writes accumulators of count as they are').toBeUndefined()
  })
})

describe('a snapshot that was kept', () => {
  it('is there for each case of the present version', () => {
    expect(versions()).toEqual(Array.from({ length: SNAPSHOT_FORMAT.version }, (_, index) => index + 1))
    const missing = SNAPSHOT_CASES.filter((each) => keptSnapshot(each, SNAPSHOT_FORMAT.version) === undefined)
    expect(missing.map(({ name }) => name)).toEqual([])
  })

  for (const version of versions()) {
    for (const each of SNAPSHOT_CASES) {
      const snapshot = keptSnapshot(each, version)
      if (snapshot === undefined) continue
      it(`of version ${version}, "${each.name}", is gone on from as was reckoned by hand`, () => {
        expect(sayings(each, snapshot)).toEqual(each.expected)
      })
    }
  }

  it('says what one taken by the present engine says', () => {
    for (const each of SNAPSHOT_CASES) expect(sayings(each, freshSnapshot(each))).toEqual(each.expected)
  })

  // Whoever changes the bytes needs the next version, and an upgrade of this one; see write-snapshots.ts.
  it('is written the same by the present engine, as long as the version is the same', () => {
    for (const each of SNAPSHOT_CASES) expect(freshSnapshot(each)).toEqual(keptSnapshot(each, SNAPSHOT_FORMAT.version))
  })
})
