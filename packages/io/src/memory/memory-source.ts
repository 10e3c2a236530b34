/**
 * memorySource: elements of the program as a bounded source in several splits; for tests and examples.
 *
 * Unlike `create`, it has splits, positions and promises about order, as files have.
 */
import { PipelineError, read } from '@tidemark/core'
import type {
  Json,
  PCollection,
  PTransform,
  PullSource,
  ReadOptions,
  Root,
  SourceReader,
  SourceSplit,
} from '@tidemark/core'

/** Elements by the name of their split. */
export type ElementsBySplit<T> = Readonly<Record<string, readonly T[]>>

/** A bounded source of the given elements: a list is one split named `0`, a record one split for each of its fields. */
export function memorySource<T>(elements: readonly T[] | ElementsBySplit<T>): PullSource<T> {
  const splits = isList(elements) ? new Map([['0', elements]]) : new Map(Object.entries(elements))
  return Object.freeze({
    mode: 'pull' as const,
    description: 'memory',
    bounded: true,
    unit: 'element' as const,
    splits: (): Promise<readonly SourceSplit[]> =>
      Promise.resolve([...splits.keys()].map((id) => ({ id, restriction: null }))),
    open: (split: SourceSplit, position?: Json): SourceReader<T> =>
      memoryReader(elementsOf(splits, split.id), typeof position === 'number' ? position : 0),
  })
}

/** Reads elements of the program, as {@link memorySource} lays them out. */
export function readMemory<T>(
  name: string,
  elements: readonly T[] | ElementsBySplit<T>,
  options: ReadOptions<T>,
): PTransform<Root, PCollection<T>> {
  return read(name, memorySource(elements), options)
}

function memoryReader<T>(elements: readonly T[], position: number): SourceReader<T> {
  let next = position
  return {
    read(credits) {
      const first = next
      const taken = elements.slice(first, first + credits)
      next = first + taken.length
      return {
        elements: taken,
        offsets: numbersFrom(first, taken.length),
        rejected: [],
        position: next,
        bytes: 0,
        done: next === elements.length,
      }
    },
    close: () => undefined,
  }
}

// A loop: a closure call per element would cost as much as a step of a pipeline.
function numbersFrom(first: number, count: number): readonly number[] {
  const numbers = new Array<number>(count)
  for (let index = 0; index < count; index++) numbers[index] = first + index
  return numbers
}

function elementsOf<T>(splits: ReadonlyMap<string, readonly T[]>, id: string): readonly T[] {
  const elements = splits.get(id)
  if (elements !== undefined) return elements
  throw new PipelineError(
    'NO_SUCH_SPLIT',
    `The memory source has no split "${id}" (it has ${[...splits.keys()].join(', ')}). It was made with other elements; make it with the same ones.`,
  )
}

function isList<T>(elements: readonly T[] | ElementsBySplit<T>): elements is readonly T[] {
  return Array.isArray(elements)
}
