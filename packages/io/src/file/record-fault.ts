/**
 * RecordFault: why one record cannot be an element. It goes to the ledger; the file goes on.
 */
import { PipelineError, type RejectedRecord } from '@tidemark/core'
import { utf8Fault } from './utf8-fault.ts'
import { visible } from './visible-text.ts'

/** What a format or a user's `parse` throws for one record. Never leaves this package: readers turn it into a rejection. */
export class RecordFault extends Error {
  /** Stable code, such as `BAD_JSON`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'RecordFault'
    this.code = code
  }
}

/** What is shown of a message of a user's function, in characters: it may hold the record. */
const LONGEST_MESSAGE = 1000

/**
 * Calls a user's function on one record; what it throws becomes a {@link RecordFault} with the given code, or with its own where it is a
 * PipelineError: so a stricter parser has reasons of its own.
 */
export function guarded<In, Out>(code: string, fn: (input: In) => Out): (input: In) => Out {
  return (input) => {
    try {
      return fn(input)
    } catch (cause) {
      throw cause instanceof RecordFault
        ? cause
        : new RecordFault(
            cause instanceof PipelineError ? cause.code : code,
            cause instanceof Error ? cause.message : String(cause),
          )
    }
  }
}

/** A rejection: what the ledger will say of a record. `byte` is where the record begins in the (expanded) file. */
export function rejection(line: number, byte: number, raw: string, code: string, detail: string): RejectedRecord {
  return { offset: line, raw, code, detail: `${visible(detail, LONGEST_MESSAGE)} (line ${line}, byte ${byte})` }
}

/** The fault of a record that is not UTF-8. `byte` is where the record begins in the (expanded) file. */
export function badUtf8(record: Uint8Array, byte: number): RecordFault {
  const at = utf8Fault(record)
  const value = (record[at] ?? 0).toString(16).padStart(2, '0')
  return new RecordFault('BAD_UTF8', `the byte 0x${value} at byte ${byte + at} of the file is not UTF-8`)
}
