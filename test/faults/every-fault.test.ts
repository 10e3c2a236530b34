/**
 * docs/faults.md: each of its rows has a test whose title begins with the row's number.
 */
import { expect, it } from 'vitest'
import { readText, typescriptFiles } from '../gates/repository.ts'

it('has a test for every fault of the page', () => {
  const page = readText('docs/faults.md')
  const faults = [...page.matchAll(/^\| ([A-Z]\d+) /gm)].map(([, fault]) => fault!)
  const tests = typescriptFiles('test', 'packages').filter(({ path }) => /\.test(-prop)?\.ts$/.test(path))
  const isTested = (fault: string): boolean => tests.some(({ source }) => new RegExp(`['"\`]${fault}: `).test(source))
  expect(faults.filter((fault) => !isTested(fault))).toEqual([])
  expect(faults.length).toBeGreaterThan(40)
})
