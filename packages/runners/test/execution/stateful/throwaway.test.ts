import { readFileSync } from 'node:fs'
import { bagState, eventTimeTimer, fixedWindows, globalWindow, milliseconds, processingTimeTimer, slidingWindows, valueState, DEFAULT_WINDOWING, MAX_TIMESTAMP, END_OF_GLOBAL_WINDOW } from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { test } from 'vitest'
import { Output } from '../../../src/execution/plan/output.ts'
import { StepLog } from '../../../src/execution/ledger/step-log.ts'
import { StatefulStep } from '../../../src/execution/stateful/stateful-step.ts'
import { WindowGrouping } from '../../../src/execution/grouping/window-grouping.ts'

const beamTime = (t: any): number => t === 'GLOBAL_MAX' || t === '9223371950454775' ? END_OF_GLOBAL_WINDOW : t === 'MAX' ? MAX_TIMESTAMP : typeof t === 'string' ? (t === '9223372036854776' ? -1 : Number(t)) : t
function windowFnOf(w: any): any {
  if (w.type === 'fixed') return fixedWindows(milliseconds(w.size))
  if (w.type === 'sliding') return slidingWindows(milliseconds(w.size), milliseconds(w.period))
  if (w.type === 'days') return calendarDays({ zone: w.timeZone })
  return globalWindow()
}
function runVector(v: any, ordered: boolean): any {
  let windowFn
  windowFn = windowFnOf(v.window)
  const windowing: any = { ...DEFAULT_WINDOWING, windowFn, allowedLateness: v.allowedLatenessMs }
  const calls: any[] = [], outputs: any[] = [], panes: any[] = []
  let at = 0
  const limits = new Map<string, number>()
  const winOf = (w: any) => (w.end > 1e15 ? 'global' : [w.start, w.end])
  const run = (c: any, by: string, ops: any[], fire?: number): any[] => {
    const out: any[] = []
    const dom = (t: string) => c.timers[t]
    for (const [op, a, b, d] of ops) {
      const now = c.timestamp
      switch (op) {
        case 'add': c.state.sum.write((c.state.sum.read() ?? 0) + a); break
        case 'push': c.state.bag.add(a); break
        case 'clearSum': c.state.sum.clear(); break
        case 'clearBag': c.state.bag.clear(); break
        case 'out': out.push({ value: c.state.sum.read() ?? 0, key: c.key }); break
        case 'outAt': out.push({ value: c.state.sum.read() ?? 0, key: c.key, shift: a }); break
        case 'setAt': dom(a).set(b); break
        case 'setAfter': dom(a).set(now + b); break
        case 'setEnd': dom(a).set(c.window.end - 1 + b); break
        case 'clear': dom(a).clear(); break
        case 'setRelative': dom(a).setRelative(milliseconds(b), d === undefined ? undefined : { align: milliseconds(d) }); break
        case 'setAfterHold': dom(a).set(now + b, { outputTimestamp: now + d }); break
        case 'setRelativeHold': dom(a).setRelative(milliseconds(b), { outputTimestamp: now + d }); break
        case 'setAfterNoHold': dom(a).set(now + b, { outputTimestamp: 'none' }); break
        default: throw new Error(op)
      }
    }
    calls.push({ at, key: c.key, window: winOf(c.window), by, timestamp: c.timestamp, sum: c.state.sum.read() ?? null, bag: [...c.state.bag.read()] })
    return out
  }
  const onTimer: any = {}
  for (const t of ['e1', 'e2', 'p1', 'p2']) onTimer[t] = (c: any) => {
    const k = `${t} ${c.key} ${c.window.start}`
    const n = limits.get(k) ?? 0
    limits.set(k, n + 1)
    const spec = v.timers?.[t]
    return run(c, t, spec !== undefined && n < spec.limit ? spec.ops : [])
  }
  const payload: any = {
    primitive: 'statefulParDo', state: { sum: valueState(), bag: bagState() },
    timers: { e1: eventTimeTimer(), e2: eventTimeTimer(), p1: processingTimeTimer(), p2: processingTimeTimer() },
    process: (c: any) => run(c, 'element', c.value.ops), onTimer,
    onWindowExpiration: (c: any) => run(c, 'expire', v.timers?.expire?.ops ?? []),
    order: ordered ? 'event-time' : 'arrival', orderBy: (x: any) => x.n, lateness: undefined, onError: 'fail', keyCoder: undefined, valueCoder: undefined,
  }
  const output = new Output()
  let dropped = 0
  const step: any = { id: 0, path: 'S', named: true, payload, inputs: [], outputs: [] }
  const log = new StepLog(step, () => { dropped++ })
  const clock = { now: 0 }
  const stateful = new StatefulStep({ payload, windowing, inputPanes: 'elements', output, log, clock })
  output.connect({ process(b) { for (let i = 0; i < b.length; i++) { const x: any = b.values[i]; outputs.push({ at, key: x.key, window: winOf(b.windows?.[i] ?? { start: 0, end: 9e15 }), timestamp: b.timestamps[i]! + (x.shift ?? 0), value: x.value }) } }, advance() {} }, 0)
  let down: any
  if (v.downstream) {
    const gout = new Output()
    const gpayload: any = { primitive: 'groupByKey', keyCoder: undefined, valueCoder: undefined, order: 'canonical' }
    down = new WindowGrouping({ payload: gpayload, windowing, inputPanes: 'elements', output: gout, log: new StepLog({ ...step, id: 1, path: 'G' }, undefined), clock })
    output.connect({ process(b, i) { down.process({ ...b, values: b.values.map((x: any) => [x.key, x.value]), timestamps: Array.from(b.values, (x: any, j) => b.timestamps[j]! + (x.shift ?? 0)) }, i) }, advance(w, i) { down.advance(w, i) } }, 0)
    gout.connect({ process(b) { for (let i = 0; i < b.length; i++) { const p = b.panes[b.paneOf![i]!]!.info; panes.push({ at, key: b.keys![i], window: winOf(b.windows![i]), values: [...(b.values[i] as any[])].sort((a, c) => a - c), timestamp: b.timestamps[i], timing: p.timing.toUpperCase().replace('-', '_'), index: p.index, nonSpeculativeIndex: p.nonSpeculativeIndex, first: p.isFirst, last: p.isLast }) } }, advance() {} }, 0)
  }
  let n = 0
  for (const [i, e] of v.events.entries()) {
    at = i
    if (e.elements) {
      const values: any[] = [], timestamps: number[] = [], windows: any[] = []
      for (const el of e.elements) for (const w of windowFn.assign(el.ts, null)) { values.push([el.key, { ops: el.ops, n: n++ }]); timestamps.push(el.ts); windows.push(w) }
      stateful.process({ length: values.length, keys: undefined, values, timestamps, windows, signs: undefined, panes: [], paneOf: undefined, watermarks: undefined, positions: undefined })
    } else if (e.watermark !== undefined) {
      stateful.advance(e.watermark === 'inf' ? MAX_TIMESTAMP : e.watermark)
    } else { clock.now += e.advanceProcessingTime; down?.advanceProcessingTime(clock.now); stateful.advanceProcessingTime() }
  }
  stateful.countWaiting(); log.assertConserved()
  return { calls, outputs, panes, dropped }
}
const norm = (list: any[], stable: boolean, drop: string[] = []) => {
  const by = new Map<string, any[]>()
  for (const x of list) { const y = { ...x };  y.window = Array.isArray(y.window) ? y.window : 'global'; y.timestamp = y.timestamp === '9223372036854776' ? beamTime(y.fire) : beamTime(y.timestamp); delete y.fire; const k = `${x.key} ${JSON.stringify(y.window)}`; by.set(k, [...(by.get(k) ?? []), JSON.stringify(y, Object.keys(y).sort())]) }
  return JSON.stringify([...by].sort().map(([k, l]) => [k, stable ? l : l.sort()]))
}
test('vectors', () => {
  const all = readFileSync('/work/shared/conformance/beam-java/state.jsonl', 'utf8').trim().split('\n').map((l) => JSON.parse(l))
  const stats: any = {}
  const fails: any = {}
  for (const v of all) {
    const group = `${v.timeSorted ? 'sorted' : 'arrival'} ${v.quirks ?? ''} ${v.downstream ? 'down' : ''} ${v.window.type}`
    stats[group] ??= { pass: 0, fail: 0, why: {} }
    const why: string[] = []
    try {
      const r = runVector(v, v.timeSorted === true)
      if (norm(r.calls, true) !== norm(v.expect.calls, true)) why.push('calls')
      if (norm(r.outputs, true) !== norm(v.expect.outputs, true)) why.push('outputs')
      if (v.downstream && norm(r.panes, true) !== norm(v.expect.panes, true)) why.push('panes')
      if (r.dropped !== v.expect.dropped.stateful) why.push('dropped')
      if (why.length) (fails[group] ??= []).push({ v, r, why })
    } catch (e: any) { why.push('threw ' + (e.code ?? '') + e.message.slice(0, 300)); (fails[group] ??= []).push({ v, why }) }
    if (why.length === 0) stats[group].pass++
    else { stats[group].fail++; stats[group].why[why.join('+')] = (stats[group].why[why.join('+')] ?? 0) + 1 }
  }
  console.log(JSON.stringify(stats, null, 1))
  for (const g of Object.keys(fails)) { if (process.env.ONLY && g !== process.env.ONLY) continue
    if (process.env.SHOW && !g.startsWith(process.env.SHOW)) continue
    fails[g].sort((a: any, b: any) => JSON.stringify(a.v).length - JSON.stringify(b.v).length)
    for (const f of fails[g].slice(0, Number(process.env.N ?? 1))) {
      console.log(g, f.why, JSON.stringify({ ...f.v, expect: undefined }))
      if (!f.r) continue
      for (const k of ['calls', 'outputs', 'panes']) if (f.why.includes(k)) {
        const e = (f.v.expect[k] ?? []).map((x: any) => JSON.stringify(x)).join('\n   '), r = f.r[k].map((x: any) => JSON.stringify(x)).join('\n   ')
        console.log(k, '\n  expected\n   ' + e, '\n  got\n   ' + r)
      }
      console.log('dropped', f.v.expect.dropped, f.r.dropped)
    }
  }
})
