/**
 * Calls over history, with a clock that keeps nobody waiting; and a watch for rejections that nobody handles.
 */
import { create, mapAsync, type AsyncContext, type MapAsyncOptions, type ParsedAsyncOptions } from '@tidemark/core'
import { batchRunner, type Env } from '@tidemark/runners/batch'
import { afterEach, beforeEach } from 'vitest'

/** What is asked of an element: it may do anything. */
export type Call = (element: number, context: AsyncContext) => unknown

/** What came out, and what is in the ledger. */
export interface OfHistory {
  readonly values: readonly unknown[]
  readonly ledger: readonly (readonly [reason: string, step: string, element: unknown, detail: string | undefined])[]
}

/** An env whose clock keeps nobody waiting. */
export const hasty: Partial<Env> = {
  clock: {
    now: () => 0,
    mono: () => 0,
    after(_, run) {
      const immediate = setImmediate(run)
      return () => clearImmediate(immediate)
    },
  },
}

/** What comes of 1 and 2, of which `fn` is asked for the first alone, in history. */
export async function inHistory(
  fn: Call,
  options: MapAsyncOptions<number> | ParsedAsyncOptions<number, unknown, unknown>,
): Promise<OfHistory> {
  const { outputs, ledger } = await batchRunner({ progress: 'never', deadLetters: 'off', env: hasty }).run((root) => ({
    out: root.pipe(
      create('In', [1, 2], { timestamp: (at) => at }),
      mapAsync<number, unknown, unknown>(
        'Call',
        (element, context) => (element === 1 ? fn(element, context) : element),
        options as ParsedAsyncOptions<number, unknown, unknown>,
      ),
    ),
  }))
  return {
    values: outputs.out.map(({ value }) => value),
    ledger: ledger.map(({ reason, step, element, detail }) => [reason, step, element, detail] as const),
  }
}

/** Fails each test of a file after which there is a rejection that nobody has handled: it would end a process. */
export function requireHandled(): void {
  let unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  beforeEach(() => {
    unhandled = []
    process.on('unhandledRejection', note)
  })
  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    if (unhandled.length > 0) throw new Error('a rejection that nobody has handled', { cause: unhandled })
  })
}
