/**
 * What users give to a grouping may fail: the error names the step, and says what threw.
 */
import {
  combinePerKey,
  create,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  sessions,
  windowInto,
  type Coder,
  type CombineFn,
  type WindowFn,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'

const perTen = fixedWindows(milliseconds(10))
const perSession = sessions(milliseconds(10))
const fail = (): never => {
  throw new TypeError('cents are missing')
}

function run(combiner: Partial<CombineFn<number, number, number>>, windows: WindowFn = perTen): Scripted {
  const plus: CombineFn<number, number, number> = {
    name: 'plus',
    orderFree: true,
    createAccumulator: () => 0,
    addInput: (a, b) => a + b,
    mergeAccumulators: (a, b) => a + b,
    extractOutput: (a) => a,
    ...combiner,
  }
  return new Scripted((root) => ({ out: numbers(root).pipe(windowInto(windows), combinePerKey('Sum', plus)) }))
}

describe('a combiner that throws', () => {
  it.each<[string, () => unknown]>([
    ['addInput', () => run({ addInput: fail }).offer([1, 'a', 1])],
    ['extractOutput', () => run({ extractOutput: fail }).offer([1, 'a', 1]).complete()],
    [
      'mergeAccumulators',
      () => run({ mergeAccumulators: fail }, perSession).offer([1, 'a', 1]).offer([15, 'a', 1]).offer([8, 'a', 1]),
    ],
  ])('in %s fails the run, with the step and the cause', (what, play) => {
    expect(play).toThrow(
      expect.objectContaining({ code: 'USER_CODE', step: 'Sum', cause: new TypeError('cents are missing') }),
    )
    expect(play).toThrow(`${what} of step "Sum" threw: cents are missing. The run stops, as its result would be wrong.`)
  })
})

describe('a key without canonical bytes', () => {
  it.each([
    ['windows that do not merge', perTen],
    ['sessions', perSession],
  ])('fails the run in %s, with the step', (_, windows) => {
    const play = () =>
      new Scripted((root) => ({
        out: numbers(root).pipe(
          map(([, n]) => [Number.NaN, n] as const),
          windowInto(windows),
          combinePerKey('Sum', sum()),
        ),
      })).offer([1, 'a', 1])
    expect(play).toThrow(expect.objectContaining({ name: 'EncodingError', code: 'KEY_NAN', step: 'Sum' }))
    expect(play).toThrow('Step "Sum": A key is NaN.')
  })

  it('may have a coder of its own, whose errors name the step too', () => {
    const keyCoder: Coder<Date> = {
      id: 'date',
      encode: (date) => new TextEncoder().encode(date.toISOString()),
      decode: (bytes) => new Date(new TextDecoder().decode(bytes)),
    }
    const dates = (value: number) =>
      new Scripted((root) => ({
        out: root.pipe(
          create('In', [[new Date(value), 1] as const]),
          groupByKey('Group', { keyCoder }),
          map(([date, values]) => [date.getTime(), values] as const),
        ),
      }))
    expect(
      dates(5)
        .offer([new Date(5), 1], [new Date(5), 2])
        .complete()
        .settled(),
    ).toEqual(['all [5,[1,2]]'])
    expect(() => dates(5).offer([new Date(Number.NaN), 1])).toThrow(
      expect.objectContaining({ code: 'USER_CODE', step: 'Group', cause: expect.any(RangeError) as unknown }),
    )
  })
})

describe('a value without canonical bytes', () => {
  it('fails the run where values are listed in order, with the step', () => {
    const play = () =>
      new Scripted((root) => ({
        out: numbers(root).pipe(
          map(([key]) => [key, new Map()] as const),
          windowInto(perTen),
          groupByKey('Group'),
        ),
      }))
        .offer([1, 'a', 1], [1, 'a', 1])
        .complete()
    expect(play).toThrow(expect.objectContaining({ name: 'EncodingError', step: 'Group' }))
  })
})
