/**
 * answerCalls: ends the calls of asynchronous steps where a test plays an engine, without waiting.
 */
import { PipelineError } from '@tidemark/core'
import type { AsyncStep } from '../../execution/async/async-step.ts'
import type { AsyncRequest } from '../../execution/async/open-calls.ts'
import type { Engine } from '../../execution/engine.ts'
import type { CallAnswers } from '../evaluator/call-answers.ts'

/** Ends every call as soon as it is made, in the order of the elements, until none is under way. */
export function answerCalls(engine: Engine, answers: CallAnswers): void {
  for (let any = engine.asyncSteps.length > 0; any;) {
    any = false
    for (const step of engine.asyncSteps) {
      for (let [request] = step.takeRequests(1); request !== undefined; [request] = step.takeRequests(1)) {
        any = true
        endCall(step, request, answers)
      }
    }
  }
}

/** Ends a call. One whose answer is not known goes on: what comes of it is of no use then. */
export function endCall(step: AsyncStep, request: AsyncRequest, answers: CallAnswers): void {
  const { id, element, timestamp, window } = request
  const end = answers.endOf({ step: step.step.path, payload: step.payload, element, timestamp, window })
  if (end === undefined) return
  if (end.ok) {
    step.complete(id, end)
    return
  }
  const { cause, tries } = end
  const code = cause instanceof PipelineError ? cause.code : 'USER_CODE'
  const message = cause instanceof Error ? cause.message : String(cause)
  step.complete(id, { ok: false, failure: { tries, code, message }, cause })
}
