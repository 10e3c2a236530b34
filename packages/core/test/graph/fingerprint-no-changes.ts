/**
 * Changes of a program that its state does not depend on.
 */
import type { Pipeline } from '../../src/graph/index.ts'
import {
  bagState,
  create,
  eventTimeTimer,
  fixedWindows,
  flatten,
  hours,
  map,
  minutes,
  read,
  valueState,
  windowInto,
  write,
} from '../../src/index.ts'
import { orders, orderSource, type Order } from '../described-source.ts'
import { largest, largestOnce } from './largest.ts'
import { late, sink, ofOrder, max, program, stateful, twice, type Outputs } from './fingerprinted.ts'

/** Each row: what has changed, and two programs whose state is the same. */
export const NO_CHANGES: readonly (readonly [string, Pipeline<Outputs>, Pipeline<Outputs>])[] = [
  [
    'the functions of steps',
    program(),
    (root) => ({
      out: orders(root).pipe(
        windowInto(fixedWindows(minutes(1)), late),
        map((order: Order) => [order.region.toUpperCase(), order.amount * 2] as const),
        max('Max', { ...largest, addInput: (a, b) => a + b }),
      ),
    }),
  ],
  [
    'automatic labels: another map elsewhere, added before',
    (root) => ({ a: orders(root, 'A').pipe(map(ofOrder)), b: orders(root, 'B').pipe(map(ofOrder)) }),
    (root) => {
      const b = orders(root, 'B').pipe(map(ofOrder))
      return { a: orders(root, 'A').pipe(map(ofOrder)), b }
    },
  ],
  [
    'the order in which outputs, branches and sinks are written down',
    (root) => {
      const { a, b } = twice(root)
      a.pipe(write('Left', sink))
      b.pipe(write('Right', sink))
      return { a, b, sum: flatten([a, b]) }
    },
    (root) => {
      const b = orders(root, 'B').pipe(map(ofOrder))
      b.pipe(write('Right', sink))
      const a = orders(root, 'A').pipe(map(ofOrder))
      const sum = flatten([a, b])
      a.pipe(write('Left', sink))
      return { sum, b, a }
    },
  ],
  [
    'the order of cells and timers',
    stateful({ timers: { x: eventTimeTimer(), y: eventTimeTimer() }, onTimer: { x() {}, y() {} } }),
    stateful({
      state: { last: valueState<number>(), items: bagState<number>() },
      timers: { y: eventTimeTimer(), x: eventTimeTimer() },
      onTimer: { x() {}, y() {} },
    }),
  ],
  ['the unit in which a length is given', program(fixedWindows(minutes(60))), program(fixedWindows(hours(1)))],
  ['an offset of a whole window', program(), program(fixedWindows(minutes(1), minutes(3)))],
  [
    'defaults that are written out',
    program(),
    program(undefined, { ...late, onTime: 'always', timestampCombiner: 'end-of-window' }),
  ],
  ['what may drift or be lost', program(), program(undefined, { ...late, mayLoseData: true, mayDrift: true })],
  [
    'what is done with errors',
    program(),
    (root) => ({
      out: orders(root).pipe(
        windowInto(fixedWindows(minutes(1)), late),
        map(ofOrder, { onError: 'dead-letter' }),
        max(),
      ),
    }),
  ],
  [
    'a promise about order, a watermark, a description and a place of a source',
    (root) => ({ out: orders(root) }),
    (root) => ({
      out: root.pipe(
        read(
          'Orders',
          { ...orderSource(false), description: 'other/*.ndjson', unit: 'element' },
          {
            timestamp: (o) => o.at + 1,
            watermark: { kind: 'bounded-out-of-orderness', bound: 5 },
            idleAfter: minutes(5),
          },
        ),
      ),
    }),
  ],
  [
    'the elements of create',
    (root) => ({ out: root.pipe(create('Zeroes', [1])) }),
    (root) => ({ out: root.pipe(create('Zeroes', [2, 3])) }),
  ],
  ['what outputs of a combiner can do', program(undefined, late, max('Max', largestOnce)), program()],
  [
    'whether a combiner subtracts, where nothing is ever taken back',
    program(),
    program(undefined, late, max('Max', { ...largest, subtractInput: (acc) => acc })),
  ],
  [
    'a transform without a scope of its own around steps',
    program(),
    (root) => ({
      out: orders(root)
        .pipe(windowInto(fixedWindows(minutes(1)), late))
        .pipe(map(ofOrder))
        .pipe(max()),
    }),
  ],
]
