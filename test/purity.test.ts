/**
 * Importing a door does nothing: no global, no listener, no timer, no output, no change of a built-in. So bundlers may drop what is
 * not used (`sideEffects: false`), and a test may import what it likes.
 */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { doors, root } from './gates/repository.ts'

/** Runs in a process of its own: what it prints is the list of changes. */
const program = `
const builtIns = [Object, Array, Map, Set, Date, Number, String, BigInt, Promise, Function, Error, RegExp, JSON, Math, Reflect, Symbol, Uint8Array, Float64Array]
const look = () => ({
  globals: Object.getOwnPropertyNames(globalThis).sort(),
  builtIns: builtIns.map((each) => [Object.getOwnPropertyNames(each), Object.getOwnPropertyNames(each.prototype ?? {})]),
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]).sort(),
  environment: { ...process.env },
})
const timers = () => process.getActiveResourcesInfo().filter((name) => ['Timeout', 'Immediate', 'TCPSocketWrap', 'TCPServerWrap'].includes(name)).length
const before = look()
const pending = timers()
for (const door of JSON.parse(process.argv[1])) await import(door)
const after = look()
const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
if (timers() > pending) changed.push('timers')
console.log(JSON.stringify(changed))
process.exit()
`

function changesOf(specifiers: readonly string[]): unknown {
  const options = ['--conditions=@tidemark/source', '--import', 'tsx', '--input-type=module', '--eval', program]
  const output = execFileSync(process.execPath, [...options, JSON.stringify(specifiers)], {
    cwd: root,
    encoding: 'utf8',
  })
  return JSON.parse(output)
}

describe('importing', () => {
  it('every door changes nothing outside of it', () => {
    const specifiers = doors().map(({ specifier }) => specifier)
    expect(specifiers).toContain('@tidemark/core')
    expect(changesOf(specifiers)).toEqual([])
  })

  it('would be seen to change something', () => {
    const module = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`
    expect(changesOf([module('globalThis.leak = 1')])).toEqual(['globals'])
    expect(
      changesOf([module('Array.prototype.last = () => 1; process.on("exit", () => {}); setTimeout(() => {}, 60_000)')]),
    ).toEqual(['builtIns', 'listeners', 'timers'])
  })
})
