/**
 * The lockfile installs everywhere: it is whole, and bound to no registry.
 */
import { describe, expect, it } from 'vitest'
import { lockedHosts, unlockedDependencies } from './gates/lockfile.ts'
import { readText } from './gates/repository.ts'

describe('the lockfile', () => {
  it('has an entry for every dependency on every platform', () => {
    expect(unlockedDependencies(readText('package-lock.json'))).toEqual([])
  })

  it('names no registry', () => {
    expect(lockedHosts(readText('package-lock.json'))).toEqual([])
  })
})

describe('the rules', () => {
  const lockfile = (packages: object) => JSON.stringify({ packages })

  it('name a dependency without an entry, and who wants it', () => {
    const a = { dependencies: { b: '1' }, optionalDependencies: { '@c/d': '1' } }
    expect(unlockedDependencies(lockfile({ 'node_modules/a': a, 'node_modules/b': {} }))).toEqual([
      '@c/d, wanted by node_modules/a',
    ])
    expect(unlockedDependencies(lockfile({ 'x/y': a, 'node_modules/b': {}, 'x/node_modules/@c/d': {} }))).toEqual([])
  })

  it('name an entry with a host', () => {
    expect(lockedHosts(lockfile({ 'node_modules/a': { resolved: 'https://example.org/a.tgz' } }))).toHaveLength(1)
    expect(lockedHosts(lockfile({ 'node_modules/a': { resolved: 'packages/a', link: true } }))).toEqual([])
  })
})
