/**
 * compileTrigger: from a trigger's description to its machine.
 */
import type { Trigger } from '@tidemark/core'
import { AfterCountMachine } from './after-count-machine.ts'
import { AfterDelayMachine } from './after-delay-machine.ts'
import { EarlyAndLateMachine, EndOfWindowMachine } from './after-watermark-machine.ts'
import {
  AfterAllMachine,
  AfterAnyMachine,
  AfterEachMachine,
  OrFinallyMachine,
  RepeatedlyMachine,
} from './composite-machines.ts'
import { DefaultMachine, NeverMachine } from './default-machine.ts'
import type { TriggerStateMachine } from './trigger-state-machine.ts'

/** A trigger ready to run, and how many nodes its memory has; none when it needs no memory. */
export interface CompiledTrigger {
  readonly root: TriggerStateMachine
  readonly nodes: number
  /** Whether it can be ready before the end of the window: if not, it need not be asked earlier. */
  readonly early: boolean
  /** Whether it is the default trigger, which needs no memory to know that it fires at the end of the window. */
  readonly atEnd: boolean
}

/** Compiles a trigger; nodes are numbered in preorder. */
export function compileTrigger(trigger: Trigger): CompiledTrigger {
  let nodes = 0
  const compile = (description: Trigger): TriggerStateMachine => {
    const node = nodes++
    switch (description.kind) {
      case 'default':
        return new DefaultMachine(node, [])
      case 'never':
        return new NeverMachine(node, [])
      case 'after-count':
        return new AfterCountMachine(node, description.count)
      case 'after-processing-time':
        return new AfterDelayMachine(node, description.steps)
      case 'after-synchronized-processing-time':
        return new AfterDelayMachine(node, [])
      case 'after-watermark':
        if (description.early === undefined && description.late === undefined) return new EndOfWindowMachine(node, [])
        return new EarlyAndLateMachine(
          node,
          compile(description.early ?? { kind: 'never' }),
          description.late && compile(description.late),
        )
      case 'repeatedly':
        return new RepeatedlyMachine(node, [compile(description.of)])
      case 'after-any':
        return new AfterAnyMachine(node, description.of.map(compile))
      case 'after-all':
        return new AfterAllMachine(node, description.of.map(compile))
      case 'after-each':
        return new AfterEachMachine(node, description.of.map(compile))
      case 'or-finally':
        return new OrFinallyMachine(node, [compile(description.main), compile(description.until)])
    }
  }
  const root = compile(trigger)
  const early = !(
    trigger.kind === 'default' ||
    trigger.kind === 'never' ||
    (trigger.kind === 'after-watermark' && trigger.early === undefined)
  )
  return {
    root,
    nodes: trigger.kind === 'default' || trigger.kind === 'never' ? 0 : nodes,
    early,
    atEnd: trigger.kind === 'default',
  }
}
