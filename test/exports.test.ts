/**
 * What each door gives, so that a change of the public surface is seen in review. Update with `npm test -- exports -u`.
 */
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { doors } from './gates/repository.ts'

/** The values that a door exports; types are held by the type tests. */
const namesOf = async (door: Promise<object>): Promise<string> =>
  Object.keys(await door)
    .toSorted()
    .join('\n')

describe('the doors', () => {
  it('are these and no others', () => {
    expect(doors().map(({ specifier }) => specifier)).toEqual([
      '@tidemark/core',
      '@tidemark/core/calendar',
      '@tidemark/core/graph',
      '@tidemark/core/testing',
      '@tidemark/transforms',
      '@tidemark/io/ndjson',
      '@tidemark/io/text',
      '@tidemark/io/csv',
      '@tidemark/io/tsv',
      '@tidemark/io/memory',
      '@tidemark/runners/batch',
      '@tidemark/runners/streaming',
      '@tidemark/runners/testing',
    ])
  })

  it.each([
    '@tidemark/core/src/index.ts',
    '@tidemark/core/dist/index.js',
    '@tidemark/core/internal/time',
    '@tidemark/transforms/src/index.ts',
    '@tidemark/io',
    '@tidemark/io/file',
    '@tidemark/runners',
    '@tidemark/runners/execution',
  ])('do not open %s', (specifier) => {
    const { resolve } = createRequire(import.meta.url)
    expect(() => resolve(specifier)).toThrow(expect.objectContaining({ code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' }))
  })

  it('@tidemark/core', async () => {
    expect(await namesOf(import('@tidemark/core'))).toMatchInlineSnapshot()
  })

  it('@tidemark/core/calendar', async () => {
    expect(await namesOf(import('@tidemark/core/calendar'))).toMatchInlineSnapshot()
  })

  it('@tidemark/core/graph', async () => {
    expect(await namesOf(import('@tidemark/core/graph'))).toMatchInlineSnapshot()
  })

  it('@tidemark/core/testing', async () => {
    expect(await namesOf(import('@tidemark/core/testing'))).toMatchInlineSnapshot()
  })

  it('@tidemark/transforms', async () => {
    expect(await namesOf(import('@tidemark/transforms'))).toMatchInlineSnapshot()
  })

  it('@tidemark/io/ndjson', async () => {
    expect(await namesOf(import('@tidemark/io/ndjson'))).toMatchInlineSnapshot()
  })

  it('@tidemark/io/text', async () => {
    expect(await namesOf(import('@tidemark/io/text'))).toMatchInlineSnapshot()
  })

  it('@tidemark/io/csv', async () => {
    expect(await namesOf(import('@tidemark/io/csv'))).toMatchInlineSnapshot()
  })

  it('@tidemark/io/tsv', async () => {
    expect(await namesOf(import('@tidemark/io/tsv'))).toMatchInlineSnapshot()
  })

  it('@tidemark/io/memory', async () => {
    expect(await namesOf(import('@tidemark/io/memory'))).toMatchInlineSnapshot()
  })

  it('@tidemark/runners/batch', async () => {
    expect(await namesOf(import('@tidemark/runners/batch'))).toMatchInlineSnapshot()
  })

  it('@tidemark/runners/streaming', async () => {
    expect(await namesOf(import('@tidemark/runners/streaming'))).toMatchInlineSnapshot()
  })

  it('@tidemark/runners/testing', async () => {
    expect(await namesOf(import('@tidemark/runners/testing'))).toMatchInlineSnapshot()
  })
})
