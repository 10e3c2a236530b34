/**
 * Every statement about the model that the engine must satisfy has a test, and every such test names a mutation that it notices.
 *
 * The numbers are those of the semantics page. Left out is the encoding of panes for Beam (53).
 */
import { describe, expect, it } from 'vitest'
import { mutantsOf, statementsOf, titlesOf } from '../gates/mutation.ts'
import { typescriptFiles } from '../gates/repository.ts'

const between = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
const statements = [...between(1, 52), ...between(54, 77)]

describe('the statements', () => {
  const files = typescriptFiles('test/statements').filter(({ path }) => path.endsWith('.test.ts'))
  const tests = files.flatMap(({ path, source }) => {
    const noticed = new Set(mutantsOf(path, source).map(({ title }) => title))
    return titlesOf(source).map((title) => ({ title, mutates: noticed.has(title) }))
  })

  it('each have a test', () => {
    const shown = new Set(tests.flatMap(({ title }) => statementsOf(title)))
    expect(statements.filter((statement) => !shown.has(statement))).toEqual([])
  })

  it('have no test without a mutation that it notices', () => {
    const unproven = tests.filter(({ title, mutates }) => statementsOf(title).length > 0 && !mutates)
    expect(unproven.map(({ title }) => title)).toEqual([])
  })
})
