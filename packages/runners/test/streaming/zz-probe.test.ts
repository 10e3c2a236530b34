import { combinePerKey, map, fixedWindows, minutes, windowInto, withKeys, monotonousTimestamps, write, type Root, type PCollection, type PTransform } from '@tidemark/core'
import { manualClock } from '@tidemark/core/testing'
import { readMemory } from '@tidemark/io/memory'
import { fromObservable, replay, streamingRunner } from '@tidemark/runners/streaming'
import { Subject } from 'rxjs'
import { it } from 'vitest'
import { slowSink, settle } from './slow-sink.ts'

it('probe', async () => {
  const clock = manualClock()
  const env = { clock, defer: (run: () => void) => clock.after(0, run) }
  const clicks$ = new Subject<number>()
  const sink = slowSink<number>()
  const opts = { timestamp: (n: number) => n, watermark: monotonousTimestamps() }
  const p = (src: PTransform<Root, PCollection<number>>) => (root: Root) => {
    const c = root.pipe(src)
    c.pipe(write('Slow', sink))
    return { c }
  }
  const job = streamingRunner({ env, bundleSize: 2, timeLog: true }).run(p(fromObservable('C', clicks$, { ...opts, overflow: 'drop' })))
  const out: number[] = []
  const led: unknown[] = []
  job.outputs.c.subscribe((v) => out.push(v.value))
  job.ledger.subscribe((e) => led.push(e))
  job.start()
  clicks$.next(1)
  clock.advance(minutes(0))
  for (const n of [2, 3, 4, 5]) clicks$.next(n)
  sink.release()
  await settle()
  clock.advance(minutes(0))
  sink.release()
  await settle()
  clicks$.next(6)
  clicks$.complete()
  clock.advance(minutes(0))
  await settle()
  sink.release()
  await settle()
  clock.advance(minutes(0))
  await job.done
  console.log(out, JSON.stringify(led), JSON.stringify(job.timeLog))
  const again = await replay(p(readMemory('C', [1, 2, 3, 4, 5, 6], opts)), job.timeLog)
  console.log(again.outputs.c.map((v) => v.value), JSON.stringify(again.ledger))
})
