/**
 * Changes of a program that state does not survive, and what is said of each.
 */
import type { Pipeline } from '../../src/graph/index.ts'
import {
  afterCount,
  bagState,
  composite,
  eventTimeTimer,
  filter,
  fixedWindows,
  flatten,
  groupByKey,
  hours,
  jsonCoder,
  map,
  minutes,
  parDo,
  processingTimeTimer,
  read,
  repeatedly,
  seconds,
  sessions,
  slidingWindows,
  tagged,
  valueState,
  windowInto,
  write,
} from '../../src/index.ts'
import { orders, orderSource } from '../described-source.ts'
import { largest } from './largest.ts'
import {
  late,
  json,
  sink,
  ofOrder,
  max,
  program,
  stateful,
  keyed,
  shifts,
  withRules,
  type Outputs,
  type Keyed,
} from './fingerprinted.ts'

/** Each row: what has changed, the program before, the program after, and what is said. */
export const CHANGES: readonly (readonly [string, Pipeline<Outputs>, Pipeline<Outputs>, readonly string[]])[] = [
  [
    'the name of a step with state',
    program(),
    program(undefined, late, max('Top')),
    ['The step "Max" is named "Top" now.'],
  ],
  [
    'the name of a composite, and so the paths below it',
    (root) => ({ out: keyed(root).pipe(composite('Daily', (rows: Keyed) => rows.pipe(max('A'), max('B')))) }),
    (root) => ({ out: keyed(root).pipe(composite('Weekly', (rows: Keyed) => rows.pipe(max('A'), max('B')))) }),
    ['The step "Daily/A" is named "Weekly/A" now.', 'The step "Daily/B" is named "Weekly/B" now.'],
  ],
  [
    'the name of a source',
    program(),
    (root) => ({ out: orders(root, 'Sales').pipe(windowInto(fixedWindows(minutes(1)), late), map(ofOrder), max()) }),
    ['The step "Orders" is named "Sales" now.'],
  ],
  [
    'the size of windows',
    program(),
    program(fixedWindows(hours(1))),
    ['"Max" had windows fixed(size=PT1M) and has fixed(size=PT1H).'],
  ],
  [
    'the offset of windows',
    program(),
    program(fixedWindows(minutes(1), seconds(5))),
    ['"Max" had windows fixed(size=PT1M) and has fixed(size=PT1M, offset=PT5S).'],
  ],
  [
    'the period of sliding windows',
    program(slidingWindows(minutes(2), minutes(1))),
    program(slidingWindows(minutes(2), seconds(30))),
    ['"Max" had windows sliding(size=PT2M, period=PT1M) and has sliding(size=PT2M, period=PT30S).'],
  ],
  [
    'the gap of sessions',
    program(sessions(minutes(1))),
    program(sessions(minutes(2))),
    ['"Max" had windows sessions(gap=PT1M), merging and has sessions(gap=PT2M), merging.'],
  ],
  [
    'the zone of calendar windows',
    program(withRules('1')),
    program(withRules('1', 'Europe/Paris')),
    [
      '"Max" had windows calendar(1 days from 1970-01-01, zone=Europe/Berlin, rules=1) and has calendar(1 days from 1970-01-01, zone=Europe/Paris, rules=1).',
    ],
  ],
  [
    'the edition of the zone rules',
    program(withRules('2025a')),
    program(withRules('2026z')),
    [
      '"Max" had windows calendar(1 days from 1970-01-01, zone=Europe/Berlin, rules=2025a) and has calendar(1 days from 1970-01-01, zone=Europe/Berlin, rules=2026z).',
    ],
  ],
  [
    'the parameters of custom windows',
    program(shifts('8 h')),
    program(shifts('6 h')),
    ['"Max" had windows shifts(8 h) and has shifts(6 h).'],
  ],
  [
    'the trigger',
    program(),
    program(undefined, { ...late, trigger: repeatedly(afterCount(2)) }),
    ['"Max" had trigger afterWatermark({ late: afterCount(1) }) and has repeatedly(afterCount(2)).'],
  ],
  [
    'the allowed lateness',
    program(),
    program(undefined, { ...late, allowedLateness: hours(2) }),
    ['"Max" had allowed lateness 3600000 ms and has 7200000 ms.'],
  ],
  [
    'the accumulation mode',
    program(),
    program(undefined, { ...late, accumulationMode: 'retracting' }),
    ['"Max" had accumulation mode accumulating and has retracting.'],
  ],
  [
    'the timestamp combiner',
    program(),
    program(undefined, { ...late, timestampCombiner: 'earliest' }),
    ['"Max" had timestamp combiner end-of-window and has earliest.'],
  ],
  [
    'whether empty panes are emitted',
    program(),
    program(undefined, { ...late, onTime: 'if-non-empty', closing: 'always' }),
    [
      '"Max" had empty pane at expiry if-non-empty and has always.',
      '"Max" had empty pane on time always and has if-non-empty.',
    ],
  ],
  [
    'the combiner',
    program(),
    program(undefined, late, max('Max', { ...largest, name: 'smallest' })),
    ['"Max" had combiner largest and has smallest.'],
  ],
  [
    'the coder of accumulators',
    program(),
    program(undefined, late, max('Max', { ...largest, accumulatorCoder: json })),
    ['"Max" had accumulator coder none and has json:1.'],
  ],
  [
    'how a grouping of changes takes elements back',
    program(
      undefined,
      { ...late, accumulationMode: 'retracting' },
      composite('Two', (rows: Keyed) => rows.pipe(max('A'), max('B'))),
    ),
    program(
      undefined,
      { ...late, accumulationMode: 'retracting' },
      composite('Two', (rows: Keyed) => rows.pipe(max('A'), max('B', { ...largest, subtractInput: (acc) => acc }))),
    ),
    ['"Two/B" had taking back from kept inputs and has by subtraction.'],
  ],
  [
    'the primitive of a step',
    program(undefined, late, groupByKey<string, number>('Max')),
    program(),
    ['"Max" was a groupByKey and is a combinePerKey.'],
  ],
  [
    'the order of grouped values',
    program(undefined, late, groupByKey<string, number>('Max')),
    program(undefined, late, groupByKey<string, number>('Max', { order: 'any' })),
    ['"Max" had order canonical and has any.'],
  ],
  [
    'the coders of a grouping',
    program(undefined, late, groupByKey<string, number>('Max')),
    program(undefined, late, groupByKey<string, number>('Max', { keyCoder: jsonCoder<string>(), valueCoder: json })),
    ['"Max" had key coder none and has json:1.', '"Max" had value coder none and has json:1.'],
  ],
  [
    'a state cell that is added',
    stateful({ state: { items: bagState<number>() } }),
    stateful(),
    ['"Carts" had cell last none and has value.'],
  ],
  [
    'the kind and the coder of state cells',
    stateful(),
    stateful({ state: { items: valueState<number>(), last: valueState({ coder: json }) } }),
    ['"Carts" had cell items bag and has value.', '"Carts" had cell last value and has value, coder json:1.'],
  ],
  [
    'timers',
    stateful({ timers: { idle: eventTimeTimer() }, onTimer: { idle() {} } }),
    stateful({ timers: { idle: processingTimeTimer() }, onTimer: { idle() {} } }),
    ['"Carts" had timer idle event-time and has processing-time.'],
  ],
  [
    'the order and the lateness of a stateful step',
    stateful({ order: 'arrival' }),
    stateful({ lateness: minutes(1) }),
    ['"Carts" had lateness none and has 60000 ms.', '"Carts" had order arrival and has event-time.'],
  ],
  [
    'an unnamed step between two named ones',
    program(),
    (root) => ({
      out: orders(root).pipe(
        filter(() => true),
        windowInto(fixedWindows(minutes(1)), late),
        map(ofOrder),
        max(),
      ),
    }),
    ['"Max" was fed by "Orders" → windowInto → map and is fed by "Orders" → filter → windowInto → map.'],
  ],
  [
    'which output of a step is read',
    (root) => ({ out: keyed(root).pipe(parDo({ outputs: ['a', 'b'], process: (e) => [tagged('a', e)] })).a }),
    (root) => ({ out: keyed(root).pipe(parDo({ outputs: ['a', 'b'], process: (e) => [tagged('a', e)] })).b }),
    [
      'The output "out" was fed by "Orders" → windowInto → map → parDo.a and is fed by "Orders" → windowInto → map → parDo.b.',
    ],
  ],
  [
    'which collection a step reads',
    (root) => ({ a: orders(root, 'A').pipe(map(ofOrder)), b: orders(root, 'B').pipe(filter(() => true)) }),
    (root) => ({ a: orders(root, 'B').pipe(map(ofOrder)), b: orders(root, 'A').pipe(filter(() => true)) }),
    [
      'The output "a" was fed by "A" → map and is fed by "B" → map.',
      'The output "b" was fed by "B" → filter and is fed by "A" → filter.',
    ],
  ],
  [
    'the order of the inputs of flatten: watermarks are kept by it',
    (root) => ({ out: flatten([orders(root, 'A'), orders(root, 'B')]) }),
    (root) => ({ out: flatten([orders(root, 'B'), orders(root, 'A')]) }),
    ['The output "out" was fed by flatten("A", "B") and is fed by flatten("B", "A").'],
  ],
  [
    'a source without end in place of a bounded one',
    (root) => ({ out: root.pipe(read('Orders', orderSource(true), { timestamp: (o) => o.at })) }),
    (root) => ({ out: orders(root) }),
    ['"Orders" had source bounded, pull and has unbounded, pull.'],
  ],
  [
    'a step that is added, and an output',
    program(),
    (root) => {
      const rows = orders(root).pipe(windowInto(fixedWindows(minutes(1)), late), map(ofOrder))
      return { out: rows.pipe(max()), all: rows.pipe(groupByKey('All')) }
    },
    ['The step "All" (groupByKey) is new.', 'The output "all" is new.'],
  ],
  [
    'a sink that is gone',
    (root) => {
      const rows = orders(root)
      rows.pipe(write('Archive', sink))
      return { rows }
    },
    (root) => ({ rows: orders(root) }),
    ['The step "Archive" (write) is gone.'],
  ],
  [
    'the windows of an output without a grouping',
    (root) => ({ out: orders(root).pipe(windowInto(fixedWindows(minutes(1)))) }),
    (root) => ({ out: orders(root).pipe(windowInto(fixedWindows(minutes(2)))) }),
    ['The output "out" had windows fixed(size=PT1M) and has fixed(size=PT2M).'],
  ],
  [
    'the name of an output',
    (root) => ({ a: orders(root) }),
    (root) => ({ b: orders(root) }),
    ['The output "a" is gone.', 'The output "b" is new.'],
  ],
  [
    'unnamed steps that lead nowhere',
    (root) => {
      const rows = orders(root)
      rows.pipe(map(ofOrder))
      return { rows }
    },
    (root) => ({ rows: orders(root) }),
    ['Steps without a name differ: before map; now fewer of the same.'],
  ],
]
