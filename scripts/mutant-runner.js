/**
 * Runs tests for scripts/mutants.js, which starts one such process per core and kills it where a mutant never ends.
 *
 * One vitest serves all runs of a process: what no mutation touches is compiled once. A request names tests by file and title,
 * and the mutation to run them under; the answer says what became of each.
 */
import { join } from 'node:path'
import { createVitest } from 'vitest/node'
import { root } from './setup.js'

/**
 * @typedef {{ readonly path: string, readonly title: string }} Test
 * @typedef {{ readonly tests: readonly Test[], readonly written: string, readonly file: string | undefined }} Request
 * @typedef {'passed' | 'failed' | 'crashed' | 'endless' | 'lost' | 'missing' | 'unloaded'} Outcome
 * @typedef {{ readonly outcomes: readonly Outcome[], readonly detail: string }} Answer
 */

const vitest = await createVitest('test', {
  root,
  watch: false,
  reporters: [{}],
  passWithNoTests: true,
  setupFiles: [join(root, 'scripts', 'no-shrinking.js')],
})

process.on('message', (/** @type {Request} */ request) => {
  answer(request).then(
    (answered) => process.send?.(answered),
    (/** @type {unknown} */ cause) => process.send?.({ outcomes: [], detail: String(cause) }),
  )
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

/**
 * @param {Request} request
 * @returns {Promise<Answer>}
 */
async function answer({ tests, written, file }) {
  process.env['TIDEMARK_MUTATION'] = written
  const changed = file === undefined ? undefined : join(root, file)
  if (changed !== undefined) vitest.invalidateFile(changed)
  const titles = [...new Set(tests.map(({ title }) => title.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)))]
  vitest.setGlobalTestNamePattern(new RegExp(`(?:^| )(?:${titles.join('|')})$`))
  const project = vitest.getRootProject()
  const specifications = [...new Set(tests.map(({ path }) => path))].map((path) =>
    project.createSpecification(join(root, path)),
  )
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
  if (changed !== undefined) vitest.invalidateFile(changed)
  const outcomes = tests.map(({ path, title }) => {
    const module = testModules.find(({ moduleId }) => moduleId === join(root, path))
    const found = [...(module?.children.allTests() ?? [])].filter(({ name }) => name === title)
    const states = found.map((test) => test.result().state)
    if (states.length === 1 && states[0] === 'failed') return 'failed'
    if (unhandledErrors.length > 0) return 'crashed'
    if (states.length === 1 && states[0] === 'passed') return 'passed'
    return (module?.errors().length ?? 0) > 0 ? 'unloaded' : 'missing'
  })
  const errors = [...testModules.flatMap((module) => module.errors()), ...unhandledErrors]
  return {
    outcomes,
    detail: errors.map((error) => /** @type {Error} */ (error).message.split('\n')[0]).join('; '),
  }
}
