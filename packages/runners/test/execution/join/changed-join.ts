/**
 * An interval join by itself, fed rows with a sign by hand.
 */
import { create, intervalJoin, milliseconds, MAX_TIMESTAMP, type LedgerEntry, type Timestamp } from '@tidemark/core'
import { buildGraph, type IntervalJoinPayload, type PaneKind } from '@tidemark/core/graph'
import { IntervalJoin } from '../../../src/execution/join/interval-join.ts'
import { StepLog } from '../../../src/execution/ledger/step-log.ts'
import { Output } from '../../../src/execution/plan/output.ts'
import { Collector } from '../../../src/execution/plan/collector.ts'
import type { Joining } from './joined.ts'
import { shownPair } from './joined.ts'

/** A row: its time and its value; with -1 it takes one back. */
export type ChangeRow = readonly [at: Timestamp, value: unknown, sign?: 1 | -1]

/** The join under test, of one key; both sides are changes unless told otherwise. */
export class ChangedJoin {
  readonly ledger: LedgerEntry[] = []
  readonly log: StepLog
  readonly output = new Output()
  #step: IntervalJoin
  readonly #make: () => IntervalJoin
  #said: string[] = []

  constructor(
    { before = 0, after = 0, type, lateness = 0 }: Joining,
    left: PaneKind = 'changes',
    right: PaneKind = 'changes',
  ) {
    const graph = buildGraph((root) => ({
      out: intervalJoin(
        'Join',
        { left: root.pipe(create('L', [['k', 1]] as const)), right: root.pipe(create('R', [['k', 1]] as const)) },
        {
          before: milliseconds(before),
          after: milliseconds(after),
          lateness: milliseconds(lateness),
          ...(type !== undefined && { type }),
        },
      ),
    }))
    const step = graph.steps.at(-1)!
    this.log = new StepLog(step, (entry) => this.ledger.push(entry))
    this.output.connect(new Collector((values) => this.#said.push(...values.map(shownPair))), 0)
    const payload = step.payload as IntervalJoinPayload
    this.#make = () => new IntervalJoin({ payload, panes: { left, right }, output: this.output, log: this.log })
    this.#step = this.#make()
  }

  left(...rows: readonly ChangeRow[]): readonly string[] {
    return this.#feed(0, rows)
  }

  right(...rows: readonly ChangeRow[]): readonly string[] {
    return this.#feed(1, rows)
  }

  /** Moves both watermarks and says what came of it. */
  to(left: Timestamp, right: Timestamp = left): readonly string[] {
    this.#step.advance(left, 0)
    this.#step.advance(right, 1)
    return this.#take()
  }

  end(): readonly string[] {
    return this.to(MAX_TIMESTAMP)
  }

  /** Goes on in a new step with the state of this one. */
  restore(): void {
    const saved = this.#step.save()
    this.#step = this.#make()
    this.#step.load(structuredClone(saved))
  }

  /** How many rows wait; and that none is unaccounted for. */
  waiting(): number {
    this.log.counters.waiting = this.#step.waiting()
    this.log.assertConserved()
    return this.log.counters.waiting
  }

  get step(): IntervalJoin {
    return this.#step
  }

  #feed(input: number, rows: readonly ChangeRow[]): readonly string[] {
    this.#step.process(
      {
        length: rows.length,
        keys: rows.map(() => 'k'),
        values: rows.map(([, value]) => value),
        timestamps: rows.map(([at]) => at),
        windows: undefined,
        signs: rows.map(([, , sign]) => sign ?? 1),
        panes: [],
        paneOf: undefined,
        watermarks: undefined,
        positions: undefined,
      },
      input,
    )
    this.waiting()
    return this.#take()
  }

  #take(): readonly string[] {
    return this.#said.splice(0)
  }
}
