/**
 * The user's door: the vocabulary of the Beam model.
 */
export { milliseconds, seconds, minutes, hours, days, toMillis, type Duration } from './time/duration.ts'
export {
  MIN_TIMESTAMP,
  MAX_TIMESTAMP,
  END_OF_GLOBAL_WINDOW,
  isTimestamp,
  requireTimestamp,
  plus,
  formatTimestamp,
} from './time/timestamp.ts'
export type { Timestamp } from './time/timestamp.ts'
export { parseMicroseconds, parseNanoseconds, parseTimestamp } from './time/parse-timestamp.ts'
export type { TimestampOptions } from './time/rfc3339.ts'
export { PLAUSIBLE_TIMESTAMPS, timestampFault } from './time/timestamp-range.ts'
export type { TimestampRange } from './time/timestamp-range.ts'

export {
  PipelineError,
  DuplicateStepNameError,
  IncompatibleWindowingError,
  UserCodeError,
  EncodingError,
} from './error/pipeline-error.ts'
export { assert } from './error/assert.ts'
export { thrownText } from './error/thrown-text.ts'
export { checkChoice, checkOptions, pickOptions, requireFunction } from './error/check-options.ts'
export type { OptionNames } from './error/check-options.ts'

export type { Coder } from './coder/coder.ts'
export { canonicalCoder } from './coder/canonical-coder.ts'
export { jsonCoder } from './coder/json-coder.ts'
export { encodeKey, encodeValue } from './coder/canonical-bytes.ts'
export { decodeValue } from './coder/canonical-decode.ts'
export { compareBytes, equalBytes } from './coder/compare-bytes.ts'
export { keyText } from './coder/key-of.ts'
export { hashBytes } from './coder/hash-bytes.ts'

export { GLOBAL_WINDOW, maxTimestamp, windowsIntersect, compareWindows, formatWindow } from './window/window.ts'
export type { Window } from './window/window.ts'
export type { WindowFn, WindowMerge } from './window/window-fn.ts'
export { fixedWindows } from './window/fixed-windows.ts'
export type { FixedWindowFn } from './window/fixed-windows.ts'
export { slidingWindows } from './window/sliding-windows.ts'
export type { SlidingWindowFn } from './window/sliding-windows.ts'
export { sessions } from './window/sessions.ts'
export type { SessionWindowFn } from './window/sessions.ts'
export { globalWindow } from './window/global-window.ts'
export type { GlobalWindowFn } from './window/global-window.ts'
export { customWindows } from './window/custom-windows.ts'
export type { CustomWindows } from './window/custom-windows.ts'
export { requireSideWindows, sideWindow } from './window/side-window.ts'
export { mergeOverlapping } from './window/merge-overlapping.ts'

export { formatTrigger } from './trigger/trigger.ts'
export type { Trigger, ProcessingTimeStep } from './trigger/trigger.ts'
export { defaultTrigger } from './trigger/default-trigger.ts'
export { afterWatermark } from './trigger/after-watermark.ts'
export { afterCount } from './trigger/after-count.ts'
export { afterProcessingTime } from './trigger/after-processing-time.ts'
export type { Alignment } from './trigger/after-processing-time.ts'
export { repeatedly } from './trigger/repeatedly.ts'
export { afterAny } from './trigger/after-any.ts'
export { afterAll } from './trigger/after-all.ts'
export { afterEach } from './trigger/after-each.ts'
export { orFinally } from './trigger/or-finally.ts'
export { never } from './trigger/never.ts'
export { continuationTrigger } from './trigger/continuation.ts'

export { valueState, bagState, setState, mapState, combiningState } from './state/state-spec.ts'
export type {
  BagState,
  CombiningState,
  MapState,
  SetState,
  StateCell,
  StateOptions,
  StateSpec,
  ValueState,
} from './state/state-spec.ts'
export { eventTimeTimer, processingTimeTimer } from './state/timer-spec.ts'
export type { TimeDomain, Timer, TimerOptions, TimerSpec } from './state/timer-spec.ts'

export type { CombineFn } from './model/combine-fn.ts'
export type { Json } from './model/json.ts'
export type { KV } from './model/kv.ts'
export { DROP_REASONS, NOTE_REASONS } from './model/ledger.ts'
export type { LedgerEntry, LedgerReason, SourcePosition } from './model/ledger.ts'
export { NO_FIRING } from './model/pane-info.ts'
export type { PaneInfo, PaneTiming } from './model/pane-info.ts'
export type { PCollection, Root } from './model/pcollection.ts'
export type { Pipeable } from './model/pipe.ts'
export { composite } from './model/ptransform.ts'
export { retryDelay, retryPolicy } from './model/retry-policy.ts'
export type { RetryOption, RetryPolicy } from './model/retry-policy.ts'
export type {
  SideInput,
  SideInputForm,
  SideInputReadiness,
  SideInputs,
  SideInputView,
  SideValues,
} from './model/side-input.ts'
export type { PTransform } from './model/ptransform.ts'
export { pipe } from './model/compose.ts'
export type {
  AnySink,
  FinalValue,
  Overwrite,
  Sink,
  SinkBase,
  SinkWriter,
  Taken,
  TakenTypes,
  Takes,
} from './model/sink.ts'
export type {
  Overflow,
  PullSource,
  PushReceiver,
  PushSource,
  RejectedRecord,
  Source,
  SourceBatch,
  SourceReader,
  SourceSplit,
} from './model/source.ts'
export { formatIssues, isStandardSchema, parseStandard, requireStandardSchema } from './model/standard-schema.ts'
export type {
  StandardIssue,
  StandardIssues,
  StandardResult,
  StandardSchema,
  StandardSchemaInput,
  StandardSchemaOutput,
  StandardValue,
} from './model/standard-schema.ts'
export { boundedOutOfOrderness, monotonousTimestamps } from './model/watermark-strategy.ts'
export type { EventTimeOrder, WatermarkStrategy } from './model/watermark-strategy.ts'
export type { Sign, WindowedValue } from './model/windowed-value.ts'
export { DEFAULT_WINDOWING, isMerging } from './model/windowing-strategy.ts'
export type {
  AccumulationMode,
  EmptyPaneBehavior,
  TimestampCombiner,
  WindowingStrategy,
} from './model/windowing-strategy.ts'

export { create } from './primitives/create.ts'
export { read, READ_OPTIONS } from './primitives/read.ts'
export type { ReadOptions } from './primitives/read.ts'
export { write } from './primitives/write.ts'
export { map } from './primitives/map.ts'
export { filter } from './primitives/filter.ts'
export { flatMap } from './primitives/flat-map.ts'
export { withKeys } from './primitives/with-keys.ts'
export { withTimestamps } from './primitives/with-timestamps.ts'
export { reshuffle } from './primitives/reshuffle.ts'
export { flatten } from './primitives/flatten.ts'
export { parDo, tagged } from './primitives/par-do.ts'
export type { DoFn, ElementContext, Emitted, Tagged, TimestampedValue } from './primitives/par-do.ts'
export type { NoSideInputs, OnError, StatelessOptions } from './primitives/stateless.ts'
export { statefulParDo } from './primitives/stateful-par-do.ts'
export type {
  Handles,
  OnTimer,
  OnTimerContext,
  ProcessContext,
  StatefulDoFn,
  StateSpecs,
  Timers,
  TimerSpecs,
} from './primitives/stateful-par-do.ts'
export { windowInto } from './primitives/window-into.ts'
export type { WindowingOptions } from './primitives/window-into.ts'
export { groupByKey } from './primitives/group-by-key.ts'
export type { GroupByKeyOptions, KeyValueCoders } from './primitives/group-by-key.ts'
export { combinePerKey } from './primitives/combine-per-key.ts'
export { combineGlobally } from './primitives/combine-globally.ts'
export { coGroupByKey } from './primitives/co-group-by-key.ts'
export type { CoGroupByKeyOptions, CoGrouped } from './primitives/co-group-by-key.ts'
export { asIterable, asMap, asMultimap, asSingleton } from './primitives/side-input.ts'
export type { SingletonOptions, ViewOptions } from './primitives/side-input.ts'
export { mapAsync } from './primitives/map-async.ts'
export type {
  AsyncContext,
  CacheOptions,
  CallSignal,
  MapAsyncOptions,
  ParsedAsyncOptions,
} from './primitives/async-options.ts'
export type { JoinCoders, JoinInputs } from './primitives/time-join.ts'
export { intervalJoin } from './primitives/interval-join.ts'
export type { IntervalJoinOptions, Joined, JoinType } from './primitives/interval-join.ts'
export { asOfJoin } from './primitives/as-of-join.ts'
export type { AsOf, AsOfJoinOptions, LateRows } from './primitives/as-of-join.ts'
