/**
 * Errors: stable codes for programs, messages for people.
 */
import { describe, expect, it } from 'vitest'
import { assert } from '../../src/error/assert.ts'
import {
  DuplicateStepNameError,
  EncodingError,
  IncompatibleWindowingError,
  PipelineError,
  UserCodeError,
} from '../../src/error/pipeline-error.ts'

describe('a pipeline error', () => {
  it('bears the name of its class, a code and the step', () => {
    const error = new IncompatibleWindowingError('NEVER_FIRES', 'text', { step: 'Revenue/Sum' })
    expect(error).toMatchObject({
      name: 'IncompatibleWindowingError',
      code: 'NEVER_FIRES',
      step: 'Revenue/Sum',
      message: 'text',
    })
    expect(error).toBeInstanceOf(PipelineError)
    expect(error).toBeInstanceOf(Error)
  })

  it('has no step and no cause unless there is one', () => {
    const error = new EncodingError('KEY_NAN', 'text')
    expect(error.step).toBeUndefined()
    expect('cause' in error).toBe(false)
  })

  it('keeps what user code has thrown, even when it is no Error', () => {
    expect(new UserCodeError('text', 'Map', 'oops')).toMatchObject({ code: 'USER_CODE', step: 'Map', cause: 'oops' })
  })

  it('says of two steps of one name what that means and what to do', () => {
    const error = new DuplicateStepNameError('Sum', 'Revenue/Sum')
    expect(error).toMatchObject({ code: 'DUPLICATE_STEP_NAME', step: 'Revenue/Sum' })
    expect(error.message).toBe(
      'Two steps are named "Sum" (path "Revenue/Sum"). A step name identifies state in a checkpoint, so it must be unique ' +
        'among its siblings. Apply one of them under another name: collection.apply("OtherName", transform).',
    )
  })
})

describe('an assertion', () => {
  it('throws INVARIANT with its message unless the condition holds', () => {
    expect(() => assert(true, 'x')).not.toThrow()
    expect(() => assert(false, 'a hold moved from 2 to 1')).toThrow(expect.objectContaining({ code: 'INVARIANT' }))
    expect(() => assert(false, 'a hold moved from 2 to 1')).toThrow(
      'Invariant broken: a hold moved from 2 to 1. This is a fault in Tidemark',
    )
  })
})
