/**
 * PaneData: a pane that waits with its rows, as a snapshot holds it.
 *
 * Groupings are named by their paths: ids depend on the order in which steps were added, and paths do not.
 */
import type { Coder, PaneTiming, Timestamp } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import type { Pane, PaneEffect, PaneOrigin } from '../bundle/pane.ts'
import type { StateData } from './saved.ts'
import { valueData, valueOf } from './value-data.ts'

type InfoData = readonly [timing: PaneTiming, index: number, nonSpeculativeIndex: number, first: boolean, last: boolean]

type OriginData = readonly [id: string, step: string, key: StateData, start: Timestamp, end: Timestamp]

type Saved = readonly [info: InfoData, origin: OriginData, effect: PaneEffect, absorbedBy: OriginData | null]

/** Makes data of panes, and panes of data. */
export class PaneCodec {
  readonly #graph: PipelineGraph

  constructor(graph: PipelineGraph) {
    this.#graph = graph
  }

  /** A pane as data. */
  save({ info, origin, effect, absorbedBy }: Pane): StateData {
    const { timing, index, nonSpeculativeIndex, isFirst, isLast } = info
    return [
      [timing, index, nonSpeculativeIndex, isFirst, isLast],
      this.#saveOrigin(origin),
      effect,
      absorbedBy === undefined ? null : this.#saveOrigin(absorbedBy),
    ] satisfies Saved
  }

  /** The pane that {@link PaneCodec.save} made data of. */
  load(data: StateData): Pane {
    const [[timing, index, nonSpeculativeIndex, isFirst, isLast], origin, effect, absorbedBy] = data as unknown as Saved
    return {
      info: { timing, index, nonSpeculativeIndex, isFirst, isLast },
      origin: this.#loadOrigin(origin),
      effect,
      absorbedBy: absorbedBy === null ? undefined : this.#loadOrigin(absorbedBy),
    }
  }

  #saveOrigin({ id, step, key, window }: PaneOrigin): OriginData {
    return [id, this.#graph.steps[step]!.path, valueData(key, this.#keyCoderOf(step)), window.start, window.end]
  }

  #loadOrigin([id, path, key, start, end]: OriginData): PaneOrigin {
    const { id: step } = this.#graph.steps.find((candidate) => candidate.path === path)!
    return { id, step, key: valueOf(key, this.#keyCoderOf(step)), window: { start, end } }
  }

  #keyCoderOf(step: number): Coder<unknown> | undefined {
    const { payload } = this.#graph.steps[step]!
    return 'keyCoder' in payload ? payload.keyCoder : undefined
  }
}
