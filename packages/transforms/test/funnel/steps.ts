/**
 * What people did in a shop, and what a runner makes of it.
 */
import { create, fixedWindows, milliseconds, type PCollection, type PTransform, type Window } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'

/** Something that somebody did. */
export interface Act {
  readonly who: string
  readonly what: string
  readonly at: number
  /** Tells acts apart. */
  readonly id: number
}

export const timestampOf = ({ at }: Act): number => at
export const who = (act: Act): string => act.who
export const what = (act: Act): string => act.what

/** Windows of ten milliseconds: what these tests count in. */
export const perTen = fixedWindows(milliseconds(10))

/** Acts of one person, written as `visit@3 cart@5`. */
export function acts(person: string, text: string): readonly Act[] {
  return text.split(' ').map((one, id) => {
    const [kind, at] = one.split('@') as [string, string]
    return { who: person, what: kind, at: Number(at), id }
  })
}

/** What comes out of a batch run, by window, then as it came. */
export async function outputOf<T>(
  all: readonly Act[],
  transform: PTransform<PCollection<Act>, PCollection<T>>,
): Promise<readonly { readonly window: Window; readonly value: T; readonly timestamp: number }[]> {
  const { outputs } = await batchRunner().run((root) => ({
    out: root.pipe(create('Acts', all, { timestamp: timestampOf }), transform),
  }))
  return outputs.out
    .map(({ window, value, timestamp }) => ({ window, value, timestamp }))
    .toSorted((a, b) => a.window.start - b.window.start)
}

/** The same as text: `0: …` for the window that begins at 0. */
export async function textOf<T>(
  all: readonly Act[],
  transform: PTransform<PCollection<Act>, PCollection<T>>,
): Promise<readonly string[]> {
  return (await outputOf(all, transform)).map(({ window, value }) => `${window.start}: ${JSON.stringify(value)}`).sort()
}
