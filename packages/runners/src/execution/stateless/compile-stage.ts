/**
 * compileStage: from a stateless step to the stage that runs it inside a chain.
 */
import type { ParDoPayload, StatelessPayload, WindowIntoPayload } from '@tidemark/core/graph'
import type { StepLog } from '../ledger/step-log.ts'
import type { Block } from './block.ts'
import { BlockContext, BranchingStage } from './branching-stages.ts'
import type { SideColumn } from './side-column.ts'
import { FilterStage, MapStage, ReshuffleStage, WithKeysStage, WithTimestampsStage } from './element-stages.ts'
import type { ElementFn, Stage } from './stage.ts'
import { WindowIntoStage } from './window-into-stage.ts'

/** One step of a chain. */
export interface ChainStep {
  readonly payload: StatelessPayload | ParDoPayload | WindowIntoPayload
  readonly log: StepLog
}

/** Compiles one step of the chain whose rows are in `block`; `side` is what they see of the side inputs of the first. */
export function compileStage({ payload, log }: ChainStep, block: Block, side: SideColumn): Stage {
  if (payload.primitive === 'windowInto') return new WindowIntoStage(payload.windowFn, log)
  const deadLetters = payload.onError === 'dead-letter'
  if (payload.primitive === 'parDo') {
    const { doFn, outputs } = payload
    const context = new BlockContext(block, log.step.path, doFn.readsPane === true, side)
    return new BranchingStage((element) => doFn.process(element, context), log, 'process', deadLetters, outputs)
  }
  const fn = elementFn(payload, side)
  switch (payload.form) {
    case 'map':
      return new MapStage(fn, log, deadLetters)
    case 'filter':
      return new FilterStage(fn, log, deadLetters)
    case 'with-keys':
      return new WithKeysStage(fn, log, deadLetters)
    case 'with-timestamps':
      return new WithTimestampsStage(fn, log, deadLetters)
    case 'reshuffle':
      return new ReshuffleStage(log)
    case 'flat-map':
      return new BranchingStage(fn, log, 'flatMap', deadLetters, [])
  }
}

// A stage calls its function for every row once, in order, whatever the function throws.
function elementFn({ fn, side: { names } }: StatelessPayload, side: SideColumn): ElementFn {
  if (names.length === 0) return fn as ElementFn
  const apply = fn as (element: unknown, side: unknown) => unknown
  return (element) => apply(element, side.next())
}
