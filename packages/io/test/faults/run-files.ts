/**
 * Runs a reader of files on the batch runner and tells what came of it: elements, ledger and counters, or the error and what was published.
 */
import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PipelineError, type PCollection, type PTransform, type Root } from '@tidemark/core'
import { writeNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'

/** The event time of every element: what these tests are about is not time. */
export const timestamp = (): number => Date.UTC(2026, 0, 1)

/** What a run gave. */
export interface Ran<T> {
  readonly elements: readonly T[]
  /** Ledger entries as one line each: `2 BAD_JSON: …`, by line. */
  readonly ledger: readonly string[]
  /** What the ledger shows of each record. */
  readonly raw: readonly unknown[]
  /** How many entries were counted. */
  readonly counted: number
}

/** Runs a reader to its end, without the flood breaker: here most records are bad. */
export async function runFiles<T>(reader: PTransform<Root, PCollection<T>>): Promise<Ran<T>> {
  const { outputs, ledger, ledgerCounts } = await batchRunner({ progress: 'never', deadLetters: 'off' }).run(
    (root) => ({ all: root.pipe(reader) }),
  )
  const sorted = [...ledger].toSorted((a, b) => (a.position?.offset ?? 0) - (b.position?.offset ?? 0))
  return {
    elements: outputs.all.map(({ value }) => value),
    ledger: sorted.map(({ position, detail }) => `${position?.offset} ${detail}`),
    raw: sorted.map(({ element }) => element),
    counted: sum(['dead-letter', 'duplicate'].map((reason) => ledgerCounts.get(`${reader.name} ${reason}`) ?? 0)),
  }
}

/** What a run failed with. */
export interface Failed {
  readonly code: string
  readonly message: string
  /** Whether an output file has appeared. */
  readonly isPublished: boolean
}

/** Runs a reader into a file that must not appear, and returns the error that the run ends with. */
export async function failureOf<T>(
  reader: PTransform<Root, PCollection<T>>,
  whileReading?: (element: T) => void,
): Promise<Failed> {
  const out = join(tmpdir(), `tidemark-never-${process.pid}-${Math.random().toString(36).slice(2)}.ndjson`)
  const run = batchRunner({ progress: 'never', deadLetters: 'off', bundleSize: 10 }).run((root) => {
    const all = root.pipe(reader)
    all.pipe(writeNdjson('Out', out, { row: (element) => (whileReading?.(element), { read: 1 }) }))
    return {}
  })
  try {
    await run
  } catch (error) {
    if (error instanceof PipelineError)
      return { code: error.code, message: error.message, isPublished: existsSync(out) }
    throw error
  } finally {
    rmSync(out, { force: true })
  }
  return { code: 'NONE', message: 'the run succeeded', isPublished: true }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
