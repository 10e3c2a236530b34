/**
 * Damaged snapshots: whatever happened to the bytes, it is noticed before anything is restored.
 */
import {
  combinePerKey,
  encodeValue,
  fixedWindows,
  hashBytes,
  milliseconds,
  windowInto,
  type PipelineError,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/execution/engine.ts'
import { numbers } from '../scripted.ts'
import { Run, type Built } from './resumed.ts'

const pipeline: Built = (root) => ({
  out: numbers(root).pipe(windowInto(fixedWindows(milliseconds(10))), combinePerKey('Count', count())),
})
const graph = buildGraph(pipeline)

function snapshot(): Uint8Array {
  return new Run(pipeline, {}, false).offer([1, 'a', 5], [2, 'b', 6]).engine.snapshot()
}

/** The code of the error that a restore throws; `restored` when it throws none. */
function outcomeOf(bytes: Uint8Array): string {
  try {
    new Engine(graph).restore(bytes)
    return 'restored'
  } catch (error) {
    return (error as PipelineError).code
  }
}

describe('a snapshot', () => {
  // Mutation: packages/runners/src/execution/snapshot/engine-snapshot.ts: `assert(hashBytes(own) === expected,` → `assert(expected >= 0,`
  it('is refused as corrupt when any of its bytes was changed', () => {
    const bytes = snapshot()
    expect(outcomeOf(bytes)).toBe('restored')
    const outcomes = new Set<string>()
    for (const at of bytes.keys()) {
      for (const bits of [0x01, 0x80, 0xff]) {
        const changed = bytes.slice()
        changed[at]! ^= bits
        outcomes.add(outcomeOf(changed))
      }
    }
    expect([...outcomes]).toEqual(['SNAPSHOT_CORRUPT'])
  })

  it('is refused as corrupt when it was cut, wherever, or made longer', () => {
    const bytes = snapshot()
    const outcomes = new Set<string>()
    for (const length of bytes.keys()) outcomes.add(outcomeOf(bytes.subarray(0, length)))
    outcomes.add(outcomeOf(Uint8Array.of(...bytes, 0)))
    expect([...outcomes]).toEqual(['SNAPSHOT_CORRUPT'])
  })

  it('is refused as corrupt when it is something else, even with a checksum', () => {
    for (const value of ['text', null, { format: 'tidemark-other', version: 1, snapshot: {} }]) {
      const bytes = encodeValue(value)
      const whole = Uint8Array.of(...bytes, 0, 0, 0, 0)
      new DataView(whole.buffer).setUint32(bytes.length, hashBytes(bytes))
      expect(outcomeOf(whole)).toBe('SNAPSHOT_CORRUPT')
    }
  })

  it('says how many bytes it was given and what to do', () => {
    const engine = new Engine(graph)
    expect(() => engine.restore(Uint8Array.of(1, 2, 3))).toThrow(
      'The 3 bytes are no snapshot of an engine, or not all of one, or have been changed. Nothing was restored. Restore what snapshot() returned, unchanged.',
    )
  })

  it('may be a part of a buffer, and keeps none of its memory', () => {
    const bytes = snapshot()
    const file = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')])
    const part = file.subarray(6, 6 + bytes.length)
    const engine = new Engine(graph)
    engine.restore(part)
    file.fill(0)
    expect(engine.snapshot()).toEqual(bytes)
  })
})
