/**
 * How a transform is applied: opens its scope of names, expands it, and makes the PCollections that carry on.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import type { CollectionRef, GraphBuilder } from './graph-builder.ts'
import type { PCollection, Root } from './pcollection.ts'
import type { Pipeable } from './pipe.ts'
import type { PTransform } from './ptransform.ts'

/** Makes the root of a pipeline over a builder. */
export function makeRoot(builder: GraphBuilder): Root {
  const methods = pipeable(builder)
  return Object.freeze({ ...methods, '~root': builder }) as unknown as Root
}

/** Makes the PCollection that stands for a collection of the graph. */
export function makeCollection<T>(ref: CollectionRef): PCollection<T> {
  const methods = pipeable(ref.builder)
  return Object.freeze({ ...methods, '~ref': ref }) as unknown as PCollection<T>
}

/**
 * The collection of the graph that a PCollection stands for. Throws a {@link PipelineError} with code `NOT_A_COLLECTION` for anything
 * else, such as a collection that is to be made further down: `what` says which input it is.
 */
export function refOf(what: string, collection: PCollection<unknown> | undefined): CollectionRef {
  const ref = (collection as Partial<PCollection<unknown>> | null | undefined)?.['~ref']
  if (ref !== undefined) return ref
  throw new PipelineError(
    'NOT_A_COLLECTION',
    `${what} is ${collection === undefined ? 'undefined' : `a value of type ${typeof collection}`} and no collection. A step reads what has been ` +
      'made before it; a graph has no loops, as nobody could say when a window of one is complete. Make its inputs first.',
  )
}

function pipeable(builder: GraphBuilder): Pick<Pipeable<unknown>, 'apply'> & { pipe: unknown } {
  return {
    apply(this: unknown, name: string, transform: PTransform<unknown, unknown>) {
      return builder.rename(name, () => expand(builder, this, transform, name)) as never
    },
    pipe(this: unknown, ...transforms: PTransform<unknown, unknown>[]) {
      return transforms.reduce<unknown>((input, transform) => expand(builder, input, transform), this)
    },
  }
}

function expand(
  builder: GraphBuilder,
  input: unknown,
  transform: PTransform<unknown, unknown>,
  name?: string,
): unknown {
  if (typeof transform !== 'object' || transform === null || typeof transform.expand !== 'function') {
    throw new PipelineError(
      'NOT_A_TRANSFORM',
      `pipe() was given ${typeof transform === 'function' ? 'a function' : `a value of type ${typeof transform}`} where a transform belongs. ` +
        'RxJS operators and plain functions are not transforms: use map, filter, … of @tidemark/core, or composite(name, expand).',
    )
  }
  const scope = transform['~scope']
  if (scope === 'step' || (scope === 'none' && name === undefined)) return transform.expand(input)
  return builder.scope(transform.name, () => transform.expand(input))
}
