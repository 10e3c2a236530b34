/**
 * Types of sinks: what a writer is handed follows from what its sink says that it takes.
 */
import { expectTypeOf } from 'vitest'
import type { FinalValue, Overwrite, PCollection, PTransform, Sink, WindowedValue } from '../../src/index.ts'
import { write } from '../../src/index.ts'

declare const numbers: PCollection<number>
const ends = { commit() {}, abort() {} }

// A sink that does not say takes panes.
const panes: Sink<number> = {
  description: 'panes',
  open: () => ({
    ...ends,
    write: (elements) => {
      expectTypeOf(elements).toEqualTypeOf<readonly WindowedValue<number>[]>()
    },
  }),
}
const final: Sink<number, 'final'> = {
  description: 'final',
  takes: 'final',
  open: () => ({
    ...ends,
    write: (elements) => {
      expectTypeOf(elements).toEqualTypeOf<readonly FinalValue<number>[]>()
      // @ts-expect-error -- what is final is never taken back
      void elements[0]?.sign
    },
  }),
}
const overwrites: Sink<number, 'overwrites'> = {
  description: 'overwrites',
  takes: 'overwrites',
  open: () => ({
    ...ends,
    write: (elements) => {
      expectTypeOf(elements).toEqualTypeOf<readonly Overwrite<number>[]>()
    },
  }),
}
declare const changes: Sink<number, 'changes'>
for (const transform of [write('A', panes), write('B', final), write('C', overwrites), write('D', changes)])
  expectTypeOf(transform).toEqualTypeOf<PTransform<PCollection<number>, void>>()
numbers.pipe(write('A', final))

// In place, the field `takes` says of what kind they are.
write('E', {
  description: 'in place',
  takes: 'overwrites',
  open: () => ({
    ...ends,
    write: (elements) => {
      expectTypeOf(elements[0]!.step).toEqualTypeOf<string>()
    },
  }),
})

// @ts-expect-error -- one that takes something else than panes has to say so
const silent: Sink<number, 'final'> = { description: 'silent', open: final.open }
// @ts-expect-error -- and what it says has to be what its writers take
const wrong: Sink<number, 'final'> = { description: 'wrong', takes: 'changes', open: final.open }
void [silent, wrong]
