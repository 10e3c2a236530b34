/**
 * SideProcess: a side in its own process, as its parent sees it.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Program } from './jobs.ts'
import type { Answer, Question } from './side.ts'

/** Runs one program in a process that it has to itself. */
export class SideProcess {
  readonly #name: string
  readonly #child: ChildProcess
  #answered: (answer: Answer) => void = () => undefined
  #failed: (error: Error) => void = () => undefined
  #end: Error | undefined

  constructor({ name, module }: Program) {
    this.#name = name
    const url = new URL(module, import.meta.url).href
    // What a rival prints is not ours to show; what it complains of is.
    this.#child = fork(fileURLToPath(new URL('side.js', import.meta.url)), [url], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child.on('message', (answer: Answer) => this.#answered(answer))
    this.#child.on('exit', (code) => {
      this.#end = new Error(`${this.#name} ended with exit code ${code}: see above.`)
      this.#failed(this.#end)
    })
  }

  /** Runs the program once. */
  run(): Promise<Answer> {
    return this.#ask({ run: true })
  }

  /** Runs the program `times` times under a profiler, and once more. */
  profile(times: number): Promise<Answer> {
    return this.#ask({ profile: times })
  }

  /** Ends the process. */
  stop(): void {
    this.#child.removeAllListeners('exit')
    this.#child.kill()
  }

  #ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) {
        reject(this.#end)
        return
      }
      this.#answered = resolve
      this.#failed = reject
      this.#child.send(question)
    })
  }
}
