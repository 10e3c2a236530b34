/**
 * Which stateless steps run as one loop.
 */
import {
  asIterable,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  groupByKey,
  map,
  milliseconds,
  parDo,
  reshuffle,
  tagged,
  windowInto,
  withKeys,
  withTimestamps,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { describe, expect, it } from 'vitest'
import { fuse } from '../../../src/execution/plan/fuse.ts'
import { numbers } from '../scripted.ts'

const same = map((each: unknown) => each)

function chains(pipeline: (root: Root) => Readonly<Record<string, PCollection<unknown>>>): readonly string[] {
  return fuse(buildGraph(pipeline)).map((chain) => chain.map(({ path }) => path).join(' '))
}

describe('stateless steps', () => {
  it('run as one loop when each is the only reader of the one before', () => {
    expect(
      chains((root) => ({
        out: numbers(root).pipe(
          filter(() => true),
          flatMap((each) => [each]),
          withTimestamps(() => 0),
          windowInto(fixedWindows(milliseconds(10))),
          withKeys(() => 'k'),
          parDo({ *process() {} }),
        ),
      })),
    ).toEqual(['Map Filter FlatMap WithTimestamps WindowInto WithKeys ParDo'])
  })

  it('begin anew below a grouping', () => {
    const grouped = (root: Root) =>
      numbers(root).pipe(windowInto(fixedWindows(milliseconds(10))), groupByKey('Group'), same, same)
    expect(chains((root) => ({ out: grouped(root) }))).toEqual(['Map WindowInto', 'Map#2 Map#3'])
  })

  it('begin anew where several read, and each branch is a loop', () => {
    // mutation: without readers[input] === 1
    expect(
      chains((root) => {
        const input = numbers(root)
        return { a: input.pipe(same, same), b: input.pipe(filter(() => true)) }
      }),
    ).toEqual(['Map', 'Map#2 Map#3', 'Filter'])
  })

  it('begin anew below a named output, which others see', () => {
    // mutation: without !visible.has(input)
    expect(
      chains((root) => {
        const input = numbers(root)
        return { input, out: input.pipe(same) }
      }),
    ).toEqual(['Map', 'Map#2'])
  })

  it('begin anew below reshuffle, several outputs, and what a bundle leaves over', () => {
    expect(chains((root) => ({ out: numbers(root).pipe(reshuffle(), same) }))).toEqual(['Map Reshuffle', 'Map#2'])
    const several = parDo({
      outputs: ['a', 'b'],
      *process() {
        yield tagged('a', 1)
        yield tagged('b', 1)
      },
    })
    expect(chains((root) => ({ out: numbers(root).pipe(several).a.pipe(same) }))).toEqual(['Map ParDo', 'Map#2'])
    expect(chains((root) => ({ out: numbers(root).pipe(parDo({ *process() {}, finishBundle() {} }), same) }))).toEqual([
      'Map ParDo',
      'Map#2',
    ])
    expect(chains((root) => ({ out: numbers(root).pipe(parDo({ *process() {}, startBundle() {} }), same) }))).toEqual([
      'Map ParDo Map#2',
    ])
  })

  it('begin anew below flatten', () => {
    expect(chains((root) => ({ out: flatten([numbers(root), numbers(root, {}, 'More')]).pipe(same) }))).toEqual([
      'Map',
      'Map#2',
      'Map#3',
    ])
  })

  // Mutation: packages/runners/src/execution/plan/fuse.ts: ` && step.inputs.length === 1` → ``
  it('begin anew where one has side inputs, as its elements may have to wait in front of it', () => {
    expect(
      chains((root) => {
        const view = numbers(root, { bounded: true }, 'More').pipe(asIterable('View'))
        return {
          out: numbers(root).pipe(
            same,
            map((each, side) => [each, side], { side: { view } }),
            same,
          ),
        }
      }),
    ).toEqual(['Map View/WithKeys', 'Map#2 Map#3', 'Map#4 Map#5'])
  })
})
