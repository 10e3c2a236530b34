/**
 * inSequence and allInSequence: tasks one after the other, without a promise unless a task returns one.
 *
 * Opening, committing and aborting rely on it: with synchronous sinks, a job starts and ends inside one call, so that a virtual
 * clock drives it to the end.
 */

/** A piece of work that may have to wait. */
export type Task = () => void | Promise<void>

/** What a task threw or rejected with. */
export interface TaskFailure {
  readonly cause: unknown
}

/** Runs tasks in order up to the first that fails, then calls `then` once. */
export function inSequence(tasks: readonly Task[], then: (failure?: TaskFailure) => void): void {
  let index = 0
  const proceed = (): void => {
    let waiting: Promise<void> | undefined
    try {
      while (waiting === undefined && index < tasks.length) waiting = tasks[index++]!() ?? undefined
    } catch (cause) {
      then({ cause })
      return
    }
    if (waiting === undefined) then()
    else waiting.then(proceed, (cause: unknown) => then({ cause }))
  }
  proceed()
}

/** Runs all tasks in order, whatever they throw or reject with, then calls `then` once with that. */
export function allInSequence(tasks: readonly Task[], then: (failures: readonly unknown[]) => void): void {
  const failures: unknown[] = []
  const note = (failure: unknown): void => void failures.push(failure)
  const attempt = (task: Task): void | Promise<void> => {
    try {
      return task()?.catch(note)
    } catch (failure) {
      note(failure)
      return undefined
    }
  }
  inSequence(
    tasks.map((task) => () => attempt(task)),
    () => then(failures),
  )
}
