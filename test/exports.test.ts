/**
 * What each door gives, so that a change of the public surface is seen in review. Update with `npm test -- exports -u`. The doors of
 * transforms, which give most, are in exports-of-transforms.test.ts.
 */
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { doors, namesOf } from './gates/repository.ts'

describe('the doors', () => {
  it('are these and no others', () => {
    expect(doors().map(({ specifier }) => specifier)).toEqual([
      '@tidemark/core',
      '@tidemark/core/calendar',
      '@tidemark/core/fields',
      '@tidemark/core/graph',
      '@tidemark/core/testing',
      '@tidemark/transforms',
      '@tidemark/transforms/metrics',
      '@tidemark/io/ndjson',
      '@tidemark/io/text',
      '@tidemark/io/csv',
      '@tidemark/io/tsv',
      '@tidemark/io/memory',
      '@tidemark/runners/batch',
      '@tidemark/runners/streaming',
      '@tidemark/runners/testing',
    ])
  })

  it.each([
    '@tidemark/core/src/index.ts',
    '@tidemark/core/dist/index.js',
    '@tidemark/core/internal/time',
    '@tidemark/transforms/src/index.ts',
    '@tidemark/io',
    '@tidemark/io/file',
    '@tidemark/runners',
    '@tidemark/runners/execution',
  ])('do not open %s', (specifier) => {
    const { resolve } = createRequire(import.meta.url)
    expect(() => resolve(specifier)).toThrow(expect.objectContaining({ code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' }))
  })

  it('@tidemark/core', async () => {
    expect(await namesOf(import('@tidemark/core'))).toMatchInlineSnapshot(`
      "DEFAULT_WINDOWING
      DROP_REASONS
      DuplicateStepNameError
      END_OF_GLOBAL_WINDOW
      EncodingError
      GLOBAL_WINDOW
      IncompatibleWindowingError
      MAX_TIMESTAMP
      MIN_TIMESTAMP
      NOTE_REASONS
      NO_FIRING
      PLAUSIBLE_TIMESTAMPS
      PipelineError
      READ_OPTIONS
      UserCodeError
      afterAll
      afterAny
      afterCount
      afterEach
      afterProcessingTime
      afterWatermark
      asIterable
      asMap
      asMultimap
      asOfJoin
      asSingleton
      assert
      bagState
      boundedOutOfOrderness
      canonicalCoder
      checkChoice
      checkOptions
      coGroupByKey
      combineGlobally
      combinePerKey
      combiningState
      compareBytes
      compareWindows
      composite
      continuationTrigger
      create
      customWindows
      days
      decodeValue
      defaultTrigger
      encodeKey
      encodeValue
      equalBytes
      eventTimeTimer
      filter
      fixedWindows
      flatMap
      flatten
      formatIssues
      formatTimestamp
      formatTrigger
      formatWindow
      globalWindow
      groupByKey
      hashBytes
      hours
      intervalJoin
      isMerging
      isStandardSchema
      isTimestamp
      jsonCoder
      keyText
      map
      mapAsync
      mapState
      maxTimestamp
      mergeOverlapping
      milliseconds
      minutes
      monotonousTimestamps
      never
      orFinally
      parDo
      parseMicroseconds
      parseNanoseconds
      parseStandard
      parseTimestamp
      pickOptions
      pipe
      plus
      processingTimeTimer
      read
      repeatedly
      requireFunction
      requireSideWindows
      requireStandardSchema
      requireTimestamp
      reshuffle
      retryDelay
      retryPolicy
      seconds
      sessions
      setState
      sideWindow
      slidingWindows
      statefulParDo
      tagged
      thrownText
      timestampFault
      toMillis
      valueState
      windowInto
      windowsIntersect
      withKeys
      withTimestamps
      write"
    `)
  })

  it('@tidemark/core/calendar', async () => {
    expect(await namesOf(import('@tidemark/core/calendar'))).toMatchInlineSnapshot(`
      "calendarDays
      calendarMonths
      calendarQuarters
      calendarWeeks
      calendarYears
      toLocalDate
      wallClock
      zoneOf
      zoneRulesVersion"
    `)
  })

  it('@tidemark/core/fields', async () => {
    expect(await namesOf(import('@tidemark/core/fields'))).toMatchInlineSnapshot(`
      "allOf
      anyOf
      constant
      expressionOf
      fieldsOf
      formatExpression
      fromExpression
      not
      recordOf
      sameExpression
      schema
      tupleOf"
    `)
  })

  it('@tidemark/core/graph', async () => {
    expect(await namesOf(import('@tidemark/core/graph'))).toMatchInlineSnapshot(`
      "buildGraph
      describeGraph
      explainGraph
      expressionsOf
      fingerprintDifferences
      fingerprintOf
      formatGraph
      graphFingerprint
      mermaidGraph
      pipelineRef
      resolvePipeline
      stepNames"
    `)
  })

  it('@tidemark/core/testing', async () => {
    expect(await namesOf(import('@tidemark/core/testing'))).toMatchInlineSnapshot(`
      "checkCoderLaws
      checkCombineFnLaws
      checkSinkLaws
      checkSourceLaws
      checkWindowFnLaws
      manualClock"
    `)
  })

  it('@tidemark/io/ndjson', async () => {
    expect(await namesOf(import('@tidemark/io/ndjson'))).toMatchInlineSnapshot(`
      "readNdjson
      writeNdjson"
    `)
  })

  it('@tidemark/io/text', async () => {
    expect(await namesOf(import('@tidemark/io/text'))).toMatchInlineSnapshot(`"readText"`)
  })

  it('@tidemark/io/csv', async () => {
    expect(await namesOf(import('@tidemark/io/csv'))).toMatchInlineSnapshot(`
      "readCsv
      writeCsv"
    `)
  })

  it('@tidemark/io/tsv', async () => {
    expect(await namesOf(import('@tidemark/io/tsv'))).toMatchInlineSnapshot(`
      "microsecondsOfSeconds
      readTsv"
    `)
  })

  it('@tidemark/io/memory', async () => {
    expect(await namesOf(import('@tidemark/io/memory'))).toMatchInlineSnapshot(`
      "memorySink
      memorySource
      readMemory"
    `)
  })

  it('@tidemark/runners/batch', async () => {
    expect(await namesOf(import('@tidemark/runners/batch'))).toMatchInlineSnapshot(`
      "batchRunner
      formatExplanation"
    `)
  })

  it('@tidemark/runners/streaming', async () => {
    expect(await namesOf(import('@tidemark/runners/streaming'))).toMatchInlineSnapshot(`
      "formatExplanation
      fromObservable
      replay
      replayLog
      streamingRunner
      tidemark"
    `)
  })

  it('@tidemark/runners/testing', async () => {
    expect(await namesOf(import('@tidemark/runners/testing'))).toMatchInlineSnapshot(`
      "PanesError
      SameAnswerError
      TimeLineError
      advanceProcessingTime
      assertSameAnswer
      assertSameAnswerAsync
      evaluate
      evaluateAsync
      evaluatePanes
      expectPanes
      expectPanesAsync
      formatDifferences
      playScript
      playScriptAsync
      settledDifferences
      settledResult
      testStream
      timestamped"
    `)
  })
})
