/**
 * What every source file says of itself, as functions from files to offences: a head, and a doc comment for every export.
 */
import type { SourceFile } from './repository.ts'
import { lineAt, readSourceText } from './source-text.ts'

/** Files that do not begin with a doc comment of their own. Doors that hold one line per export need none beyond it. */
export function filesWithoutHead(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, source }) => {
    const [head] = readSourceText(source).comments
    return head?.start === 0 && isDoc(head.text) ? [] : [path]
  })
}

/** Exports that no doc comment stands before. The head of the file is none; the overloads of a function share one. */
export function exportsWithoutComment(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, source }) => {
    const { bare, comments } = readSourceText(source)
    const pattern =
      /^export (?:default |declare |abstract |async )*(function\*?|class|const enum|const|let|var|interface|type|enum|namespace)(?:\s+([\w$]+)|(?<=const|let|var)\s+[{[])/gm
    const documented = new Set<string>()
    const offences: string[] = []
    for (const { 0: text, 1: kind = '', 2: name = text, index } of bare.matchAll(pattern)) {
      const before = comments.findLast((comment) => comment.end <= index)
      const isDocumented =
        before !== undefined && before.start > 0 && isDoc(before.text) && bare.slice(before.end, index).trim() === ''
      if (isDocumented) documented.add(name)
      else if (kind !== 'function' || !documented.has(name)) offences.push(`${path}:${lineAt(source, index)} ${name}`)
    }
    return offences
  })
}

/** Lists that export what stands elsewhere in the file, where its comment could not be found. */
export function exportLists(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, source }) => {
    const { code } = readSourceText(source)
    return [...code.matchAll(/^export (?:type )?\{[^}]*\}(?!\s*from\b)/gm)].map(
      (match) => `${path}:${lineAt(code, match.index)} ${match[0].split('\n')[0] ?? ''}`,
    )
  })
}

function isDoc(comment: string): boolean {
  return comment.startsWith('/**') && comment.replace(/[\s/*]/g, '') !== ''
}
