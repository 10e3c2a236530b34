import { it } from 'vitest'
import { afterCount, afterWatermark, combineGlobally, combinePerKey, filter, fixedWindows, flatten, globalWindow, milliseconds, repeatedly, windowInto, boundedOutOfOrderness, map, groupByKey, sessions } from '@tidemark/core'
import { count, sum, sumOf } from '@tidemark/transforms'
import { Scripted, numbers } from './scripted.ts'
it('net zero', () => {
  const s = new Scripted((root) => ({ out: numbers(root, {bounded: true}).pipe(
    windowInto(fixedWindows(milliseconds(10)), { trigger: afterWatermark({ early: afterCount(1) }), allowedLateness: milliseconds(0), accumulationMode: 'retracting' }),
    combinePerKey('Sum', sum()), filter(([, n]) => n < 2), windowInto(globalWindow()), combineGlobally('Total', count())) }))
  s.offer([1, 'a', 1]).offer([2, 'a', 2])
  console.log(s.take())
  s.complete()
  console.log(s.take(), s.settled())
  const b = new Scripted((root) => ({ out: numbers(root, {bounded: true}).pipe(
    windowInto(fixedWindows(milliseconds(10)), { trigger: afterWatermark({ early: afterCount(1) }), allowedLateness: milliseconds(0), accumulationMode: 'retracting' }),
    combinePerKey('Sum', sum()), filter(([, n]) => n < 2), windowInto(globalWindow()), combineGlobally('Total', count())) }))
  b.offer([1, 'a', 1], [2, 'a', 2])
  b.complete()
  console.log(b.take(), b.settled())
})
it('diamond bundles', () => {
  for (const size of [1, 3]) {
    const s = new Scripted((root) => {
      const x = numbers(root, { watermark: boundedOutOfOrderness(milliseconds(0)) })
      return { out: flatten([x, x.pipe(map((e) => e))]).pipe(windowInto(fixedWindows(milliseconds(10))), combinePerKey('C', count())) }
    })
    const all = [[0, 'a', 1], [100, 'a', 1], [5, 'a', 1]]
    for (let i = 0; i < all.length; i += size) s.offer(...all.slice(i, i + size))
    s.complete()
    console.log(size, s.settled(), s.entries())
  }
})
it('NaN key', () => {
  try {
    new Scripted((root) => ({ out: numbers(root).pipe(map(() => [NaN, 1] as const), windowInto(fixedWindows(milliseconds(10))), groupByKey('G')) })).offer([1, 'a', 1])
  } catch (e) { console.log(e, (e as any).step) }
})
