/**
 * The machine of the default trigger and that of never.
 */
import { endOfWindowReached, TriggerStateMachine, type TriggerContext } from './trigger-state-machine.ts'

/** Ready whenever the end of the window has passed; never finishes (DefaultTriggerStateMachine). */
export class DefaultMachine extends TriggerStateMachine {
  onElement(context: TriggerContext): void {
    context.wakeAtEnd()
  }
  onMerge(): void {}
  shouldFire(context: TriggerContext): boolean {
    return endOfWindowReached(context)
  }
  onFire(): void {}
}

/** Never ready: the window is emitted when it expires (NeverStateMachine). */
export class NeverMachine extends TriggerStateMachine {
  onElement(): void {}
  onMerge(): void {}
  shouldFire(): boolean {
    return false
  }
  onFire(): void {}
}
