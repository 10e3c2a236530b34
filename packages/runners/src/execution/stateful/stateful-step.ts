/** Replaced by the real step. */
export class StatefulStep {
  constructor(_spec: unknown) {}
  process(): void {}
  advance(): void {}
  advanceProcessingTime(): void {}
  nextEventTime(): number { return Infinity }
  nextProcessingTime(): number { return Infinity }
  countWaiting(): void {}
}
