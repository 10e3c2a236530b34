/**
 * `node scripts/mutants.js`: plants every mutation that a comment above a test names (see test/gates/mutation.ts), and fails unless
 * that test notices it. With numbers, only those of these statements; with paths, only those of these test files.
 *
 * First all named tests run once as they are: who is red already notices nothing. Then each mutant is planted alone and its test is
 * run alone, in as many processes as there are cores. A mutant that never ends, or breaks the process, is noticed as well.
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { register } from 'tsx/esm/api'
import { root } from './setup.js'

/**
 * @typedef {import('../test/gates/mutation.ts').Mutant} Mutant
 * @typedef {import('./mutant-runner.js').Request} Request
 * @typedef {import('./mutant-runner.js').Answer} Answer
 */

/** How long a mutant may run, milliseconds: far longer than any test does. */
const PATIENCE = 240_000

/** What counts as noticed, and how it is shown. @type {Readonly<Record<string, string>>} */
const KILLED = { failed: 'killed', crashed: 'killed (the process broke)', endless: 'killed (it never ended)' }

/** A process of mutant-runner.js. */
class Runner {
  busy = false
  #child = fork(join(root, 'scripts', 'mutant-runner.js'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // A group of its own, so that what it starts ends with it.
    detached: true,
  })
  #ready = this.#next()
  #endless = false

  constructor() {
    runners.add(this)
  }

  /** @param {Request} request @param {number} [patience] @returns {Promise<Answer>} */
  async run(request, patience) {
    this.busy = true
    const given = (await this.#ready) === undefined ? undefined : await this.#ask(request, patience)
    this.busy = false
    const outcome = this.#endless ? 'endless' : 'lost'
    return given ?? { outcomes: request.tests.map(() => outcome), detail: 'The process that ran it has ended.' }
  }

  /** @param {Request} request @param {number} [patience] */
  #ask(request, patience) {
    const answer = this.#next(patience)
    this.#child.send(request)
    return answer
  }

  kill() {
    runners.delete(this)
    const { pid, exitCode, signalCode } = this.#child
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }

  /** The next message, or nothing when the process ends before, by itself or for taking too long. @param {number} [patience] @returns {Promise<any>} */
  #next(patience) {
    return new Promise((resolve) => {
      const stop = () => {
        this.#endless = true
        this.kill()
      }
      const timer = patience === undefined ? undefined : setTimeout(stop, patience)
      const settle = (/** @type {unknown} */ message) => {
        clearTimeout(timer)
        this.#child.off('message', settle).off('exit', gone)
        resolve(message)
      }
      const gone = () => {
        runners.delete(this)
        settle(undefined)
      }
      this.#child.on('message', settle).on('exit', gone)
    })
  }
}

/** @type {Set<Runner>} */
const runners = new Set()
process.on('exit', () => runners.forEach((runner) => runner.kill()))
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143))

const unregister = register()
const { mutantsOf, mutated, statementsOf } = await import('../test/gates/mutation.ts')
const { typescriptFiles } = await import('../test/gates/repository.ts')
await unregister()

const started = performance.now()
const args = process.argv.slice(2)
const statements = args.filter((arg) => /^\d+$/.test(arg)).map(Number)
const paths = args.filter((arg) => !/^\d+$/.test(arg))
/** @type {string[]} */
const faults = []
const mutants = plantable(chosen())

const green = await unmutated(mutants)
const queue = [...green]
await Promise.all(Array.from({ length: Math.min(availableParallelism(), green.length) }, work))
runners.forEach((runner) => runner.kill())

const seconds = Math.round((performance.now() - started) / 1000)
console.log(`\n${green.length} mutants in ${seconds} s`)
if (mutants.length === 0) faults.push('There is no mutant to try.')
for (const fault of faults) console.log(fault)
process.exitCode = faults.length === 0 ? 0 : 1

/** Mutants of the arguments, or all. @returns {Mutant[]} */
function chosen() {
  const files =
    paths.length > 0
      ? paths.map((path) => ({ path, source: readFileSync(join(root, path), 'utf8') }))
      : typescriptFiles('test', 'packages').filter(
          ({ path }) => /\/test\/|^test\//.test(path) && /\.test(-prop)?\.ts$/.test(path),
        )
  const all = files.flatMap(({ path, source }) => attempt(path, [], () => [...mutantsOf(path, source)]))
  return statements.length === 0
    ? all
    : all.filter(({ title }) => statementsOf(title).some((n) => statements.includes(n)))
}

/** Those whose text stands once in its file. @param {readonly Mutant[]} all */
function plantable(all) {
  return all.filter(({ path, line, mutation }) =>
    attempt(`${path}:${line}`, false, () => {
      mutated(readFileSync(join(root, mutation.file), 'utf8'), mutation)
      return true
    }),
  )
}

/** What `body` returns, or the substitute when it throws, which is a fault. @template T @param {string} place @param {T} otherwise @param {() => T} body */
function attempt(place, otherwise, body) {
  try {
    return body()
  } catch (cause) {
    faults.push(`${place}: ${cause instanceof Error ? cause.message : String(cause)}`)
    return otherwise
  }
}

/** Those whose test is green without a mutation. @param {readonly Mutant[]} all */
async function unmutated(all) {
  if (all.length === 0) return []
  const { outcomes, detail } = await new Runner().run({ tests: all, written: '', file: undefined })
  return all.filter((mutant, index) => {
    const outcome = outcomes[index]
    if (outcome === 'passed') return true
    faults.push(`${placeOf(mutant)}: without the mutation, "${mutant.title}" is ${outcome ?? 'not run'}. ${detail}`)
    return false
  })
}

async function work() {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const runner = [...runners].find(({ busy }) => !busy) ?? new Runner()
    const { path, title, written, mutation } = mutant
    const { outcomes, detail } = await runner.run({ tests: [{ path, title }], written, file: mutation.file }, PATIENCE)
    const outcome = outcomes[0] ?? 'not run'
    const killed = KILLED[outcome]
    console.log(`${labelOf(mutant)} ${killed ?? (outcome === 'passed' ? 'SURVIVED' : outcome)}`)
    if (killed !== undefined) continue
    const why = outcome === 'passed' ? 'stays green' : `is ${outcome}. ${detail}`
    faults.push(`${placeOf(mutant)}: under ${written}, "${title}" ${why}`)
  }
}

/** @param {Mutant} mutant */
function labelOf(mutant) {
  const numbers = statementsOf(mutant.title)
  return numbers.length > 0 ? `statement ${numbers.join(', ')}` : `${placeOf(mutant)} ${mutant.title}`
}

/** @param {Mutant} mutant */
function placeOf({ path, line }) {
  return `${path}:${line}`
}
