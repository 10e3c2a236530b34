/**
 * The files of snapshots that engines have written, by version and case: base64, as text is kept as it is everywhere.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildGraph } from '@tidemark/core/graph'
import { Engine } from '../../packages/runners/src/execution/engine.ts'
import type { SnapshotCase } from './snapshot-cases.ts'

/** The folder of a version's files. */
export function folderOf(version: number): string {
  return join(import.meta.dirname, 'snapshots', `version-${version}`)
}

/** The name of a case's file. */
export function fileOf({ name }: SnapshotCase): string {
  return `${name}.base64`
}

/** The versions that there are files of, in order. */
export function versions(): readonly number[] {
  const names = readdirSync(join(import.meta.dirname, 'snapshots'))
  return names.map((name) => Number(name.slice('version-'.length))).sort((a, b) => a - b)
}

/** The snapshot of a case that a version has written; `undefined` when the case is younger. */
export function keptSnapshot(of: SnapshotCase, version: number): Uint8Array | undefined {
  const path = join(folderOf(version), fileOf(of))
  return existsSync(path) ? Uint8Array.from(Buffer.from(readFileSync(path, 'utf8'), 'base64')) : undefined
}

/** The snapshot of a case as the present engine writes it. */
export function freshSnapshot({ pipeline, options, before }: SnapshotCase): Uint8Array {
  const engine = new Engine(buildGraph(pipeline), options)
  before(engine)
  return engine.snapshot()
}

/** Bytes as lines of text. */
export function asText(bytes: Uint8Array): string {
  return `${Buffer.from(bytes)
    .toString('base64')
    .replace(/.{100}/g, '$&\n')
    .trimEnd()}\n`
}
