/**
 * I1: an option that is unknown or misspelled, of every public function with options: refused at once, with what was meant.
 */
import {
  afterProcessingTime,
  afterWatermark,
  bagState,
  boundedOutOfOrderness,
  canonicalCoder,
  combinePerKey,
  combiningState,
  create,
  customWindows,
  eventTimeTimer,
  filter,
  fixedWindows,
  flatMap,
  globalWindow,
  groupByKey,
  map,
  mapState,
  milliseconds,
  minutes,
  parDo,
  parseMicroseconds,
  parseNanoseconds,
  parseTimestamp,
  read,
  reshuffle,
  setState,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
  withTimestamps,
} from '@tidemark/core'
import { calendarDays, calendarMonths, calendarQuarters, calendarWeeks, calendarYears } from '@tidemark/core/calendar'
import { checkCoderLaws, checkCombineFnLaws, checkWindowFnLaws } from '@tidemark/core/testing'
import { readCsv, writeCsv } from '@tidemark/io/csv'
import { readMemory } from '@tidemark/io/memory'
import { readNdjson, writeNdjson } from '@tidemark/io/ndjson'
import { readText } from '@tidemark/io/text'
import { readTsv } from '@tidemark/io/tsv'
import { batchRunner } from '@tidemark/runners/batch'
import { fromObservable, replayLog, streamingRunner, tidemark } from '@tidemark/runners/streaming'
import { assertSameAnswer, expectPanes, testStream } from '@tidemark/runners/testing'
import { count, deduplicate, top } from '@tidemark/transforms'
import { EMPTY } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { described } from './by-hand.ts'

/** Calls a function with options of any kind: what JavaScript, or an object put together elsewhere, can do. */
type Call = (options: never) => unknown

const same = (value: unknown): unknown => value
const zone = 'UTC'
const watermark = boundedOutOfOrderness(minutes(1))

/** Every public function with options: how it is called, what it takes, a misspelling and what it means. */
const FUNCTIONS: Readonly<Record<string, readonly [Call, lawful: object, misspelled: string, meant: string]>> = {
  read: [(o) => read('In', described(), o), { timestamp: same }, 'watermak', 'watermark'],
  'read: eventTimeOrder': [
    (o) => read('In', described(), { timestamp: () => 0, eventTimeOrder: o }),
    { disorder: minutes(1) },
    'partitions',
    'partition',
  ],
  'read: timestampRange': [
    (o) => read('In', described(), { timestamp: () => 0, timestampRange: o }),
    { start: 0, end: 1 },
    'End_',
    'end',
  ],
  create: [(o) => create('In', [], o), {}, 'timestamps', 'timestamp'],
  map: [(o) => map(same, o), {}, 'onErr', 'onError'],
  filter: [(o) => filter(() => true, o), {}, 'onerror', 'onError'],
  flatMap: [(o) => flatMap(() => [], o), {}, 'on_error', 'onError'],
  withKeys: [(o) => withKeys(same, o), {}, 'onEror', 'onError'],
  withTimestamps: [(o) => withTimestamps(() => 0, o), {}, 'onErorr', 'onError'],
  parDo: [(o) => parDo(o), { process: () => [] }, 'finishBundel', 'finishBundle'],
  statefulParDo: [(o) => statefulParDo('S', o), { state: {}, process: () => [] }, 'latenes', 'lateness'],
  'statefulParDo: onTimer': [
    (o) => statefulParDo('S', { state: {}, timers: { idle: eventTimeTimer() }, process: () => [], onTimer: o }),
    { idle: () => [] },
    'idel',
    'idle',
  ],
  windowInto: [(o) => windowInto(fixedWindows(minutes(1)), o), {}, 'lateness', 'allowedLateness'],
  groupByKey: [(o) => groupByKey('G', o), {}, 'keyCodr', 'keyCoder'],
  combinePerKey: [(o) => combinePerKey('C', count(), o), {}, 'valuecoder', 'valueCoder'],
  'combinePerKey: the combiner': [(o) => combinePerKey('C', o), count(), 'substractInput', 'subtractInput'],
  'combiningState: the combiner': [(o) => combiningState(o), count(), 'mergeOutput', 'mergeOutputs'],
  valueState: [(o) => valueState(o), { coder: canonicalCoder() }, 'codr', 'coder'],
  bagState: [(o) => bagState(o), {}, 'Coder', 'coder'],
  setState: [(o) => setState(o), {}, 'encoder', 'coder'],
  mapState: [(o) => mapState(o), {}, 'valueCoder', 'coder'],
  afterWatermark: [(o) => afterWatermark(o), {}, 'erly', 'early'],
  afterProcessingTime: [(o) => afterProcessingTime(minutes(1), o), { to: minutes(1) }, 'ofset', 'offset'],
  customWindows: [(o) => customWindows(o), { name: 'own', assign: () => [] }, 'tilling', 'tiling'],
  calendarDays: [(o) => calendarDays(o), { zone }, 'start', 'startOn'],
  calendarWeeks: [(o) => calendarWeeks(o), { zone }, 'startDay', 'startDayOfWeek'],
  calendarMonths: [(o) => calendarMonths(o), { zone }, 'dayOfMoth', 'dayOfMonth'],
  calendarQuarters: [(o) => calendarQuarters(o), { zone }, 'monthOfYaer', 'monthOfYear'],
  calendarYears: [(o) => calendarYears(o), { zone }, 'evry', 'every'],
  parseTimestamp: [(o) => parseTimestamp('2026-01-01T00:00:00Z', o), {}, 'timeZone', 'zone'],
  parseMicroseconds: [(o) => parseMicroseconds('2026-01-01T00:00:00Z', o), {}, 'leapSeconds', 'leapSecond'],
  parseNanoseconds: [(o) => parseNanoseconds('2026-01-01T00:00:00Z', o), {}, 'ambigous', 'ambiguous'],
  top: [(o) => top(1, o), {}, 'orderBy', 'order'],
  deduplicate: [(o) => deduplicate('D', o), { key: same, within: 1 }, 'witin', 'within'],
  fromObservable: [(o) => fromObservable('In', EMPTY, o), { timestamp: same, watermark }, 'over_flow', 'overflow'],
  tidemark: [(o) => tidemark(map(same), o), { timestamp: same, watermark }, 'bundlesize', 'bundleSize'],
  streamingRunner: [(o) => streamingRunner(o), {}, 'autostart', 'autoStart'],
  replayLog: [(o) => replayLog([], o), { arrival: () => 0, speed: 'max' }, 'arival', 'arrival'],
  batchRunner: [(o) => batchRunner(o), {}, 'bundle_size', 'bundleSize'],
  'batchRunner: deadLetters': [(o) => batchRunner({ deadLetters: o }), { share: 0.1, atLeast: 1 }, 'shares', 'share'],
  readMemory: [(o) => readMemory('In', [], o), { timestamp: same }, 'watermarks', 'watermark'],
  readNdjson: [(o) => readNdjson('In', 'a', o), { timestamp: same }, 'parsers', 'parser'],
  readCsv: [(o) => readCsv('In', 'a', o), { timestamp: same }, 'delimeter', 'delimiter'],
  readTsv: [(o) => readTsv('In', 'a', o), { timestamp: same }, 'maxRecordByte', 'maxRecordBytes'],
  readText: [(o) => readText('In', 'a', o), { timestamp: same }, 'chunckBytes', 'chunkBytes'],
  writeNdjson: [(o) => writeNdjson('Out', 'a', o), {}, 'windows', 'window'],
  writeCsv: [(o) => writeCsv('Out', 'a', o), {}, 'colums', 'columns'],
  testStream: [(o) => testStream('In', o), {}, 'split', 'splits'],
  expectPanes: [(o) => expectPanes(reshuffle(), 'elements 00:00:05 1\npanes 1', o), {}, 'bases', 'base'],
  assertSameAnswer: [(o) => assertSameAnswer(reshuffle(), [], o), { timestamp: () => 0 }, 'run', 'runs'],
  checkCombineFnLaws: [(o) => checkCombineFnLaws(count(), [1], o), {}, 'equals', 'equal'],
  checkCoderLaws: [(o) => checkCoderLaws(canonicalCoder(), [1], o), {}, 'eqal', 'equal'],
  checkWindowFnLaws: [(o) => checkWindowFnLaws(globalWindow(), [1], o), {}, 'holdsTimestamps', 'holdsTimestamp'],
}

describe('I1: a misspelled option', () => {
  it.each(Object.entries(FUNCTIONS))(
    'I1: of %s is refused with the name that was meant',
    (_, [call, lawful, wrong, meant]) => {
      expect(() => call(lawful as never)).not.toThrow()
      const error = thrownBy(() => call({ ...lawful, [wrong]: milliseconds(1) } as never))
      expect(error).toMatchObject({ code: 'BAD_OPTION' })
      expect(error.message).toContain(`has no option "${wrong}", so it would have no effect. Did you mean "${meant}"?`)
    },
  )

  const strict = Object.entries(FUNCTIONS).filter(([name]) => !/^(?:parDo|statefulParDo|.*the combiner)$/.test(name))

  it.each(strict)('I1: that is like none of the options of %s is refused with a list of them', (_, [call, lawful]) => {
    const error = thrownBy(() => call({ ...lawful, xyzzy: 1 } as never))
    expect(error).toMatchObject({ code: 'BAD_OPTION' })
    expect(error.message).toMatch(/has no option "xyzzy", so it would have no effect\. Its options are \w+/)
  })

  it.each(Object.entries(FUNCTIONS))('I1: %s takes an object of options and nothing else', (_, [call]) => {
    for (const wrong of [null, 5, 'options', [], () => undefined])
      expect(thrownBy(() => call(wrong as never))).toMatchObject({
        code: expect.stringMatching(/^BAD_OPTION$|^TIMER_WITHOUT_HANDLER$/) as string,
      })
  })

  it('I1: leaves objects of functions the fields of their own that they work with', () => {
    const counting = { seen: 0, outputs: [] as const, process: () => [] }
    expect(() => parDo(counting)).not.toThrow()
    const counted = { ...count(), unit: 'orders' }
    expect(() => combinePerKey('C', counted)).not.toThrow()
  })
})

describe('I1: a misspelled word', () => {
  const lateness = milliseconds(0)
  const words: readonly (readonly [string, () => unknown, string])[] = [
    ['onError', () => map(same, { onError: 'deadletter' as never }), 'dead-letter'],
    ['onError', () => parDo({ process: () => [], onError: 'fial' as never }), 'fail'],
    ['onError', () => statefulParDo('S', { state: {}, process: () => [], onError: 'Fail' as never }), 'fail'],
    ['order', () => statefulParDo('S', { state: {}, process: () => [], order: 'event_time' as never }), 'event-time'],
    ['order', () => groupByKey('G', { order: 'Any' as never }), 'any'],
    ['order', () => top(1, { order: 'smalest' as never }), 'smallest'],
    ['rule', () => deduplicate('D', { key: same, within: 1, rule: 'anchor' as never }), 'anchored'],
    ['leapSecond', () => parseTimestamp('2026-01-01T00:00:00Z', { leapSecond: 'clamped' as never }), 'clamp'],
    ['ambiguous', () => parseTimestamp('2026-01-01T00:00:00Z', { ambiguous: 'earliest' as never }), 'earlier'],
    ...(
      [
        ['accumulationMode', 'acumulating', 'accumulating'],
        ['onTime', 'allways', 'always'],
        ['closing', 'ifNonEmpty', 'if-non-empty'],
        ['timestampCombiner', 'endOfWindow', 'end-of-window'],
      ] as const
    ).map(([option, word, meant]): readonly [string, () => unknown, string] => [
      option,
      () =>
        windowInto(fixedWindows(minutes(1)), {
          allowedLateness: lateness,
          accumulationMode: 'discarding',
          [option]: word as never,
        }),
      meant,
    ]),
  ]

  it.each(words)('I1: for %s is refused: %s', (option, call, meant) => {
    const error = thrownBy(call)
    expect(error).toMatchObject({ code: 'BAD_OPTION' })
    expect(error.message).toMatch(new RegExp(`^The option ${option} of .* Did you mean "${meant}"\\?$`))
  })

  it('I1: for a switch is refused as well: text is not true', () => {
    for (const option of ['mayDrift', 'mayLoseData'])
      expect(
        thrownBy(() =>
          windowInto(fixedWindows(minutes(1)), {
            allowedLateness: lateness,
            accumulationMode: 'discarding',
            [option]: 'false' as never,
          }),
        ),
      ).toMatchObject({ code: 'BAD_OPTION' })
  })
})

describe('I1: what is no function', () => {
  it.each([
    ['timestamp of read', () => read('In', described(), {} as never)],
    ['timestamp of create', () => create('In', [], { timestamp: 5 as never })],
    ['a function of map', () => map('name' as never)],
    ['process of parDo', () => parDo({} as never)],
    ['process of statefulParDo', () => statefulParDo('S', { state: {} } as never)],
    ['assign of customWindows', () => customWindows({ name: 'own' } as never)],
    ['key of deduplicate', () => deduplicate('D', { within: 1 } as never)],
    ['addInput of a combiner', () => combinePerKey('C', { ...count(), addInput: undefined } as never)],
  ])('I1: in place of %s is refused', (_, call) => {
    expect(thrownBy(call)).toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringMatching(/and not a function/) as string,
    })
  })
})

function thrownBy(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
