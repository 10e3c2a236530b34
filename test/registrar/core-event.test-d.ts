/**
 * The core record has the fifteen columns of the contract, and every schema the columns of its event.
 */
import { expectTypeOf } from 'vitest'
import { CORE_COLUMNS, rowSchema, type CoreEvent } from '../../examples/registrar/events/core-event.ts'
import { eppSchema, type EppEvent } from '../../examples/registrar/events/epp-event.ts'

type Contract =
  | 'event_id'
  | 'event_type'
  | 'event_ts'
  | 'source_system'
  | 'domain'
  | 'tld'
  | 'account_id'
  | 'country'
  | 'channel'
  | 'status'
  | 'latency_ms'
  | 'error_code'
  | 'abuse_category'
  | 'request_id'
  | 'schema_version'

expectTypeOf<keyof CoreEvent>().toEqualTypeOf<Contract>()
expectTypeOf<keyof typeof eppSchema.fields>().toEqualTypeOf<keyof EppEvent>()

// A field of a schema is a function of the event.
expectTypeOf(eppSchema.fields.result_code).toBeCallableWith({} as EppEvent)
expectTypeOf(eppSchema.fields.tld({} as EppEvent)).toEqualTypeOf<string | null>()

// @ts-expect-error a schema that lacks columns of its event
rowSchema<EppEvent>('EPP log', { ...CORE_COLUMNS })

// @ts-expect-error a column of another type
rowSchema<CoreEvent>('Core', { ...CORE_COLUMNS, event_ts: 'text' })
