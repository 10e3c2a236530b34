/**
 * The stages that make any number of elements of one: flatMap and parDo.
 */
import { PipelineError } from '@tidemark/core'
import type { ElementContext, PaneInfo, SideInputs, SideValues, Timestamp, Window } from '@tidemark/core'
import type { SideColumn } from './side-column.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { Block } from './block.ts'
import { Stage, type ElementFn } from './stage.ts'
import { isSynchronous } from './user-code.ts'

/** Values, and for each the row that it came from. */
export interface Branch {
  readonly values: unknown[]
  readonly rows: number[]
}

/** Puts the values that the function gives in place of the element, in their order. */
export class BranchingStage extends Stage {
  readonly #fn: ElementFn
  readonly #deadLetters: boolean
  /** Names of the outputs of a step that has several. */
  readonly #tags: readonly string[]
  /** What was given and not yet handed over, for each output. */
  #branches: readonly Branch[]
  #left = 0

  constructor(fn: ElementFn, log: StepLog, what: string, deadLetters: boolean, tags: readonly string[]) {
    super(log, what, deadLetters)
    this.#fn = fn
    this.#deadLetters = deadLetters
    this.#tags = tags
    this.#branches = this.#fresh()
  }

  #fresh(): readonly Branch[] {
    return (this.#tags.length === 0 ? [''] : this.#tags).map(() => ({ values: [], rows: [] }))
  }

  protected begin(): void {
    this.#left = 0
  }

  /** Hands over what was given, for each output. */
  takeBranches(): readonly Branch[] {
    const branches = this.#branches
    this.#branches = this.#fresh()
    return branches
  }

  protected takeRows(block: Block): void {
    for (let { row } = block; row < block.length; row++) {
      block.row = row
      const results = this.#fn(block.elementAt(row)) as Iterable<unknown> | undefined
      isSynchronous(results, this.what, this.path)
      let count = 0
      // Of an element that may go to the ledger nothing is passed on before its function is done.
      for (const value of this.#deadLetters && results !== undefined ? [...results] : (results ?? [])) {
        count++
        this.give(value, row)
      }
      if (count === 0) this.#left++
    }
  }

  /** Takes a value: for the one output, or for the one whose tag it carries. */
  give(value: unknown, row: number): void {
    const tags = this.#tags
    if (tags.length === 0) {
      const { values, rows } = this.#branches[0]!
      values.push(value)
      rows.push(row)
      return
    }
    const tag = (value as { readonly tag?: unknown } | null)?.tag
    const branch = this.#branches[tags.indexOf(tag as string)]
    if (branch === undefined) throw this.#unknownOutput(tag)
    branch.values.push((value as { readonly value: unknown }).value)
    branch.rows.push(row)
  }

  protected end(block: Block): number {
    if (this.#tags.length === 0) {
      const { values, rows } = this.takeBranches()[0]!
      block.spread(values, rows)
    }
    return this.#left
  }

  #unknownOutput(tag: unknown): PipelineError {
    return new PipelineError(
      'UNKNOWN_OUTPUT',
      `Step "${this.path}" emitted ${tag === undefined ? 'a value that is not tagged' : `to the output ${JSON.stringify(tag)}`}, but its outputs are ` +
        `[${this.#tags.join(', ')}]. Nobody would ever see the value. Emit tagged('${this.#tags[0]}', value).`,
      { step: this.path },
    )
  }
}

/** The element that a block is at, as the function of a parDo sees it. */
export class BlockContext implements ElementContext<SideInputs> {
  readonly #block: Block
  readonly #path: string
  readonly #readsPane: boolean
  readonly #side: SideColumn

  constructor(block: Block, path: string, readsPane: boolean, side: SideColumn) {
    this.#block = block
    this.#path = path
    this.#readsPane = readsPane
    this.#side = side
  }

  get side(): SideValues<SideInputs> {
    return this.#side.at(this.#block.row)
  }

  get timestamp(): Timestamp {
    return this.#block.timestamps[this.#block.row]!
  }

  get window(): Window {
    return this.#block.windowAt(this.#block.row)
  }

  get pane(): PaneInfo {
    if (!this.#readsPane) {
      throw new PipelineError(
        'PANE_NOT_DECLARED',
        `process at step "${this.#path}" reads context.pane, but its DoFn does not say so. Panes differ between a live and a historical run, so ` +
          'whoever reads them must be known when the graph is built. Add readsPane: true to the DoFn.',
        { step: this.#path },
      )
    }
    return this.#block.paneAt(this.#block.row)
  }
}
