/**
 * The machines of triggers made of parts: repeatedly, afterAny, afterAll, afterEach, orFinally.
 */
import { isFinished, setFinished, type TriggerState } from './trigger-state.ts'
import { TriggerStateMachine, type TriggerContext } from './trigger-state-machine.ts'

/** Fires as its part does and starts it anew when it has finished (RepeatedlyStateMachine). */
export class RepeatedlyMachine extends TriggerStateMachine {
  onElement(context: TriggerContext): void {
    this.parts[0]!.onElement(context)
  }
  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    this.parts[0]!.onMerge(context, merged)
  }
  shouldFire(context: TriggerContext): boolean {
    return this.parts[0]!.shouldFire(context)
  }
  onFire(context: TriggerContext): void {
    const part = this.parts[0]!
    part.onFire(context)
    if (isFinished(context.state, part.node)) part.reset(context)
  }
}

/** Fires once when any part is ready (AfterFirstStateMachine). */
export class AfterAnyMachine extends TriggerStateMachine {
  onElement(context: TriggerContext): void {
    for (const part of this.parts) part.onElement(context)
  }
  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    for (const part of this.parts) part.onMerge(context, merged)
    setFinished(
      context.state,
      this.node,
      this.parts.some((part) => isFinished(context.state, part.node)),
    )
  }
  shouldFire(context: TriggerContext): boolean {
    return this.parts.some((part) => isFinished(context.state, part.node) || part.shouldFire(context))
  }
  // The pane that the parts not ready were following is gone with this firing.
  onFire(context: TriggerContext): void {
    for (const part of this.parts) {
      if (part.shouldFire(context)) part.onFire(context)
      else part.clear(context)
    }
    setFinished(context.state, this.node, true)
  }
}

/** Fires once when all parts are ready (AfterAllStateMachine). */
export class AfterAllMachine extends TriggerStateMachine {
  onElement(context: TriggerContext): void {
    for (const part of this.parts) if (!isFinished(context.state, part.node)) part.onElement(context)
  }
  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    for (const part of this.parts) part.onMerge(context, merged)
    setFinished(
      context.state,
      this.node,
      this.parts.every((part) => isFinished(context.state, part.node)),
    )
  }
  shouldFire(context: TriggerContext): boolean {
    return this.parts.every((part) => isFinished(context.state, part.node) || part.shouldFire(context))
  }
  onFire(context: TriggerContext): void {
    for (const part of this.parts) part.onFire(context)
    setFinished(context.state, this.node, true)
  }
}

/** Fires as its parts do, one after the other (AfterEachStateMachine). */
export class AfterEachMachine extends TriggerStateMachine {
  onElement(context: TriggerContext): void {
    if (context.merging) for (const part of this.parts) part.onElement(context)
    else this.#first(context)?.onElement(context)
  }
  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    let finished = true
    for (const part of this.parts) {
      if (finished) {
        part.onMerge(context, merged)
        finished = isFinished(context.state, part.node)
      } else {
        part.clear(context)
      }
    }
    setFinished(context.state, this.node, finished)
  }
  shouldFire(context: TriggerContext): boolean {
    return this.#first(context)?.shouldFire(context) ?? false
  }
  onFire(context: TriggerContext): void {
    this.#first(context)?.onFire(context)
    if (context.merging) for (const part of this.parts) part.clear(context)
    setFinished(context.state, this.node, this.#first(context) === undefined)
  }
  #first(context: TriggerContext): TriggerStateMachine | undefined {
    return this.parts.find((part) => !isFinished(context.state, part.node))
  }
}

/** Fires as `main`, until `until` is ready; `until` counts across firings (OrFinallyStateMachine). */
export class OrFinallyMachine extends TriggerStateMachine {
  onElement(context: TriggerContext): void {
    for (const part of this.parts) part.onElement(context)
  }
  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    for (const part of this.parts) part.onMerge(context, merged)
    this.#update(context)
  }
  shouldFire(context: TriggerContext): boolean {
    return this.parts.some((part) => part.shouldFire(context))
  }
  onFire(context: TriggerContext): void {
    const [main, until] = this.parts
    if (until!.shouldFire(context)) {
      until!.onFire(context)
      main!.clear(context)
    } else {
      main!.onFire(context)
    }
    this.#update(context)
  }
  #update(context: TriggerContext): void {
    setFinished(
      context.state,
      this.node,
      this.parts.some((part) => isFinished(context.state, part.node)),
    )
  }
}
