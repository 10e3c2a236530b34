/**
 * Writes the snapshots of all cases in the version that the engine writes at present:
 *
 *     npx tsx --conditions=@tidemark/source test/seams/write-snapshots.ts
 *
 * Files that are there already stay as they are, as somebody may have such snapshots. Only while no release has written the version
 * may they be deleted and written anew.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SNAPSHOT_FORMAT } from '../../packages/runners/src/execution/snapshot/engine-snapshot.ts'
import { SNAPSHOT_CASES } from './snapshot-cases.ts'
import { asText, fileOf, folderOf, freshSnapshot } from './snapshot-files.ts'

const folder = folderOf(SNAPSHOT_FORMAT.version)
mkdirSync(folder, { recursive: true })
for (const each of SNAPSHOT_CASES) {
  const path = join(folder, fileOf(each))
  if (existsSync(path)) continue
  const snapshot = freshSnapshot(each)
  writeFileSync(path, asText(snapshot))
  console.log(`${fileOf(each)}: ${snapshot.length} bytes`)
}
