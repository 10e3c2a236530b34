/**
 * Building a graph: paths, labels and scopes of steps, and that the graph is frozen data.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph, type Pipeline, type Outputs } from '../../src/graph/build-graph.ts'
import type { PipelineGraph } from '../../src/graph/pipeline-graph.ts'
import {
  coGroupByKey,
  combinePerKey,
  composite,
  create,
  flatten,
  groupByKey,
  map,
  pipe,
  withKeys,
  write,
  type PCollection,
  type Root,
  type Sink,
} from '../../src/index.ts'
import { largest } from './largest.ts'

const words = (root: Root): PCollection<string> => root.pipe(create('Words', ['tide', 'mark']))
const byLength = withKeys((word: string) => word.length)
const longest = composite('Longest', (input: PCollection<string>) =>
  input.pipe(
    map((word) => word.length),
    withKeys(() => 'all'),
    combinePerKey('Max', largest),
  ),
)
const paths = (pipeline: Pipeline<Outputs>): readonly string[] => buildGraph(pipeline).steps.map(({ path }) => path)

describe('the path of a step', () => {
  it('is its name, below those of the composites around it', () => {
    const twice = composite('Outer', (input: PCollection<string>) => input.pipe(longest))
    expect(paths((root) => ({ out: words(root).pipe(twice) }))).toEqual([
      'Words',
      'Outer/Longest/Map',
      'Outer/Longest/WithKeys',
      'Outer/Longest/Max',
    ])
  })

  it('is numbered when it is a label, in each scope anew', () => {
    const trim = map((word: string) => word.trim())
    const both = composite('Both', (input: PCollection<string>) => input.pipe(trim, trim))
    expect(paths((root) => ({ out: words(root).pipe(trim, trim, trim, both) }))).toEqual([
      'Words',
      'Map',
      'Map#2',
      'Map#3',
      'Both/Map',
      'Both/Map#2',
    ])
  })

  it('takes the name given to apply() in place of its own', () => {
    expect(
      paths((root) => {
        const input = words(root)
        return {
          a: input.pipe(longest),
          b: input.apply('Other', longest),
          c: input.apply('Lengths', byLength),
          d: input.apply('Named', pipe(byLength, groupByKey('Group'))),
        }
      }),
    ).toEqual([
      'Words',
      'Longest/Map',
      'Longest/WithKeys',
      'Longest/Max',
      'Other/Map',
      'Other/WithKeys',
      'Other/Max',
      'Lengths',
      'Named/WithKeys',
      'Named/Group',
    ])
  })

  it('is that of the steps alone for pipe(), which has no name', () => {
    expect(paths((root) => ({ out: words(root).pipe(pipe(byLength, groupByKey('Group'))) }))).toEqual([
      'Words',
      'WithKeys',
      'Group',
    ])
  })

  it('lies in the scope of the join for the steps that a join is made of', () => {
    expect(
      paths((root) => {
        const keyed = words(root).pipe(byLength)
        return { out: coGroupByKey('Join', { a: keyed, b: keyed }) }
      }),
    ).toEqual(['Words', 'WithKeys', 'Join/Map', 'Join/Map#2', 'Join/Flatten', 'Join/GroupByKey', 'Join/Map#3'])
  })

  it('may occur again in another scope', () => {
    const a = composite('A', (input: PCollection<string>) => input.pipe(byLength, groupByKey('Group')))
    const b = composite('B', (input: PCollection<string>) => input.pipe(byLength, groupByKey('Group')))
    expect(paths((root) => ({ a: words(root).pipe(a), b: root.pipe(create('More', ['x']), b) }))).toEqual([
      'Words',
      'A/WithKeys',
      'A/Group',
      'More',
      'B/WithKeys',
      'B/Group',
    ])
  })

  it('counts as named when the author named it', () => {
    const graph = buildGraph((root) => ({ out: words(root).pipe(byLength).apply('Kept', byLengthOfPair) }))
    expect(graph.steps.map(({ path, named }) => [path, named])).toEqual([
      ['Words', true],
      ['WithKeys', false],
      ['Kept', true],
    ])
  })
})

const byLengthOfPair = map(([length]: readonly [number, string]) => length)

describe('a name', () => {
  it.each([
    [
      'a composite',
      (root: Root) => ({ a: words(root).pipe(longest), b: root.pipe(create('More', ['x']), longest) }),
      'Longest',
      'Longest',
    ],
    ['a source', (root: Root) => ({ a: words(root), b: words(root) }), 'Words', 'Words'],
    [
      'a grouping inside a composite',
      (root: Root) => ({
        a: words(root).pipe(
          composite('C', (input: PCollection<string>) => {
            const keyed = input.pipe(byLength)
            return flatten([keyed.pipe(groupByKey('G')), keyed.pipe(groupByKey('G'))])
          }),
        ),
      }),
      'G',
      'C/G',
    ],
    [
      'a name given to apply',
      (root: Root) => ({
        a: words(root).apply(
          'Words',
          map((word) => word),
        ),
      }),
      'Words',
      'Words',
    ],
  ])('given twice is an error: %s', (_, pipeline, name, path) => {
    // mutation: #claim without the duplicate check
    expect(() => buildGraph(pipeline)).toThrow(
      expect.objectContaining({ name: 'DuplicateStepNameError', code: 'DUPLICATE_STEP_NAME', step: path }),
    )
    expect(() => buildGraph(pipeline)).toThrow(
      `Two steps are named "${name}" (path "${path}"). A step name identifies state in a checkpoint, so it must be unique ` +
        'among its siblings. Apply one of them under another name: collection.apply("OtherName", transform).',
    )
  })

  it.each(['A/B', 'Map#2', ''])('"%s" would read as part of a path', (name) => {
    for (const build of [
      (root: Root) => ({ out: root.pipe(create(name, [1])) }),
      (root: Root) => ({ out: words(root).pipe(composite(name, (input: PCollection<string>) => input)) }),
      (root: Root) => ({ out: words(root).apply(name, longest) }),
    ]) {
      expect(() => buildGraph(build)).toThrow(expect.objectContaining({ code: 'BAD_STEP_NAME' }))
      expect(() => buildGraph(build)).toThrow(
        `"${name}" cannot name a step: names make up paths such as "Revenue/Sum", in which "/" separates and "#" numbers. ` +
          'Use a noun in PascalCase without them.',
      )
    }
  })
})

describe('a graph', () => {
  const sink: Sink<unknown> = { description: 'nowhere', open: () => ({ write() {}, commit() {}, abort() {} }) }
  const build = (): PipelineGraph =>
    buildGraph((root) => {
      const keyed = words(root).pipe(byLength)
      keyed.pipe(write('Out', sink))
      return { groups: keyed.pipe(groupByKey('Group')), keyed }
    })

  it('lists steps in the order in which elements flow, with their collections', () => {
    const graph = build()
    expect(graph.steps.map(({ id, path, inputs, outputs }) => ({ id, path, inputs, outputs }))).toEqual([
      { id: 0, path: 'Words', inputs: [], outputs: [0] },
      { id: 1, path: 'WithKeys', inputs: [0], outputs: [1] },
      { id: 2, path: 'Out', inputs: [1], outputs: [] },
      { id: 3, path: 'Group', inputs: [1], outputs: [2] },
    ])
    expect(graph.collections.map(({ id, step }) => [id, step])).toEqual([
      [0, 0],
      [1, 1],
      [2, 3],
    ])
    expect(graph.outputs).toEqual({ groups: 2, keyed: 1 })
  })

  it('is frozen: neither its lists nor its records can be changed', () => {
    const graph = build()
    const frozen: unknown[] = [graph, graph.steps, graph.collections, graph.outputs]
    for (const step of graph.steps)
      frozen.push(step, step.inputs, step.outputs, step.drift, step.drift.reasons, step.payload)
    for (const collection of graph.collections) frozen.push(collection, collection.windowing)
    for (const part of frozen) expect(Object.isFrozen(part)).toBe(true)
  })

  it('is the same each time it is built', () => {
    expect(JSON.stringify(build())).toBe(JSON.stringify(build()))
  })

  it('gives elements of create() as they were, whatever happens to the list afterwards', () => {
    const list = [1, 2]
    const source = create('Numbers', list)
    list.push(3)
    const graph = buildGraph((root) => ({ out: root.pipe(source) }))
    expect(graph.steps[0]!.payload).toMatchObject({ primitive: 'create', elements: [1, 2] })
  })
})

describe('what a pipeline may hold', () => {
  it.each([
    ['a function where a transform belongs', (input: PCollection<string>) => input, 'a function'],
    ['nothing', undefined, 'a value of type undefined'],
    ['a string', 'Map', 'a value of type string'],
  ])('not %s', (_, wrong, text) => {
    const build = (): unknown => buildGraph((root) => ({ out: words(root).pipe(wrong as never) }))
    expect(build).toThrow(expect.objectContaining({ code: 'NOT_A_TRANSFORM' }))
    expect(build).toThrow(
      `pipe() was given ${text} where a transform belongs. RxJS operators and plain functions are not transforms: ` +
        'use map, filter, … of @tidemark/core, or composite(name, expand).',
    )
  })

  it.each([
    ['a number', 1],
    ['undefined', undefined],
    ['null', null],
  ])('not %s as an output', (_, wrong) => {
    const build = (): unknown => buildGraph((root) => ({ fine: words(root), wrong: wrong as never }))
    expect(build).toThrow(expect.objectContaining({ code: 'NOT_AN_OUTPUT' }))
    expect(build).toThrow(
      'The output "wrong" is not a PCollection. A pipeline returns a record of collections made from its own root: ' +
        '(root) => ({ name: root.pipe(…) }).',
    )
  })

  it.each([
    ['nothing', () => undefined, 'undefined'],
    ['a collection without a name', words, 'a PCollection'],
    ['a promise', (root: Root) => Promise.resolve({ out: words(root) }), 'a promise'],
  ])('not %s in place of the record of outputs', (_, pipeline, text) => {
    const build = (): unknown => buildGraph(pipeline as never)
    expect(build).toThrow(expect.objectContaining({ code: 'NOT_AN_OUTPUT' }))
    expect(build).toThrow(`The pipeline function returned ${text}, so its outputs have no names.`)
  })

  it('not a collection of another pipeline, as an output or among the inputs of a step', () => {
    let foreign: PCollection<string> | undefined
    buildGraph((root) => ({ out: (foreign = words(root)) }))
    expect(() => buildGraph(() => ({ out: foreign! }))).toThrow(
      'The output "out" is a PCollection of another pipeline.',
    )
    for (const build of [
      (root: Root) => ({ out: flatten([words(root), foreign!]) }),
      (root: Root) => ({ out: coGroupByKey('Join', { a: words(root).pipe(byLength), b: foreign!.pipe(byLength) }) }),
    ]) {
      expect(() => buildGraph(build)).toThrow(expect.objectContaining({ code: 'FOREIGN_COLLECTION' }))
      expect(() => buildGraph(build)).toThrow(
        'A collection of another pipeline is used here. Collections belong to the root they were made from',
      )
    }
  })
})
