/**
 * jobInputs: the sources of a job, each as what it is.
 */
import type { EngineInput } from '../execution/engine.ts'
import { CreateInput } from './create-input.ts'
import type { InputHost, JobInput } from './job-input.ts'
import { PullInput } from './pull-input.ts'
import { PushInput } from './push-input.ts'

/** Sets the sources of an engine to work for a job. */
export function jobInputs(inputs: readonly EngineInput[], host: InputHost): readonly JobInput[] {
  return inputs.map((input) => {
    const { payload } = input
    if (payload.primitive === 'create') return new CreateInput(input, payload, host)
    const { source } = payload
    return source.mode === 'push'
      ? new PushInput(input, payload, source, host)
      : new PullInput(input, payload, source, host)
  })
}
