/**
 * Files that hold the same bytes under different names.
 *
 * Two files with one content may be two truths: two hosts that wrote the same. So nothing looks for twins unless it is asked to.
 */
import { contentHash } from './content-hash.ts'
import type { ListedFile } from './listed-file.ts'

/** For each file whose content an earlier one has, the path of that one. Only files of equal size are read. Empty files have no twins. */
export function contentTwins(files: readonly ListedFile[]): ReadonlyMap<string, string> {
  const bySize = new Map<number, ListedFile[]>()
  for (const file of files) {
    const { size } = file.identity
    if (size === 0) continue
    const others = bySize.get(size)
    if (others === undefined) bySize.set(size, [file])
    else others.push(file)
  }
  const twins = new Map<string, string>()
  for (const group of bySize.values()) {
    const first = new Map<string, string>()
    for (const file of group.length > 1 ? group : []) {
      const hash = contentHash(file.path, file.identity, 0, file.identity.size)
      const known = first.get(hash)
      if (known === undefined) first.set(hash, file.path)
      else twins.set(file.path, known)
    }
  }
  return twins
}
