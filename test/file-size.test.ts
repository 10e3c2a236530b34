/**
 * No file is longer than one can hold in mind.
 */
import { describe, expect, it } from 'vitest'
import { oversizedFiles } from './gates/file-size.ts'
import { typescriptFiles } from './gates/repository.ts'

const LIMIT = 400

/** Files that may be longer, with the reason. */
const exceptions: Readonly<Record<string, string>> = {}

describe('the repository', () => {
  const files = typescriptFiles('packages', 'examples', 'test', 'bench')

  it(`has no file of more than ${LIMIT} lines`, () => {
    expect(oversizedFiles(files, LIMIT, exceptions)).toEqual([])
  })
})

describe('the rule', () => {
  const file = (lines: number) => [{ path: 'a.ts', source: 'x\n'.repeat(lines) }]

  it('names a file above the limit and its length', () => {
    expect(oversizedFiles(file(400), 400, {})).toEqual([])
    expect(oversizedFiles(file(401), 400, {})).toEqual(['a.ts has 401 lines'])
  })

  it('lets an exception pass that has a reason, and refuses one that is no longer needed', () => {
    expect(oversizedFiles(file(401), 400, { 'a.ts': 'one table' })).toEqual([])
    expect(oversizedFiles(file(401), 400, { 'a.ts': '' })).toEqual(['a.ts has 401 lines'])
    expect(oversizedFiles(file(1), 400, { 'a.ts': 'one table' })).toEqual(['a.ts needs no exception'])
  })
})
