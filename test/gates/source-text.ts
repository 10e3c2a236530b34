/**
 * Reads TypeScript as text, so that the gates need no compiler: which characters are code, which are comments, and what is imported.
 *
 * Code keeps its positions: what is cut out is replaced by spaces, newlines stay. The gates of this folder rely on that.
 */

/** A comment and where it stands in its file. */
export interface Comment {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A source file taken apart. */
export interface SourceText {
  /** The file without its comments. */
  readonly code: string
  /** The file without its comments and without the insides of strings, templates and regular expressions. */
  readonly bare: string
  readonly comments: readonly Comment[]
}

/** An import or re-export: its specifier and line. */
export interface Import {
  readonly specifier: string
  readonly line: number
}

/** Takes a source file apart. Template strings count as strings, with all that is substituted in them. */
export function readSourceText(source: string): SourceText {
  const comments: Comment[] = []
  let code = ''
  let bare = ''
  let at = 0
  while (at < source.length) {
    const end = endOfToken(source, at, bare)
    const token = source.slice(at, end)
    const isComment = token.startsWith('//') || token.startsWith('/*')
    if (isComment) comments.push({ start: at, end, text: token })
    code += isComment ? blank(token) : token
    bare += isComment ? blank(token) : token.length > 1 ? token[0] + blank(token.slice(1, -1)) + token.at(-1) : token
    at = end
  }
  return { code, bare, comments }
}

/** Every specifier that a file imports, re-exports, or loads with `import('…')`. */
export function importsOf(source: string): readonly Import[] {
  const { code, bare } = readSourceText(source)
  // In the bare text a specifier is a pair of quotes with spaces between; what it says stands in the code, at the same place.
  const pattern =
    /(?:(?:^|[;}\n])\s*(?:import|export)\b[^'"`;=()]*?\bfrom\s*|(?:^|[;}\n])\s*import\s*|\bimport\(\s*)(['"`] *['"`])/dg
  return [...bare.matchAll(pattern)].map((match) => {
    const [start, end] = match.indices?.[1] ?? [0, 0]
    return { specifier: code.slice(start + 1, end - 1), line: lineAt(code, end) }
  })
}

/** The line of a position, counted from 1. */
export function lineAt(source: string, position: number): number {
  return source.slice(0, position).split('\n').length
}

/** Where the token that starts at `at` ends: a whole comment, string, template or regular expression, or else one character. */
function endOfToken(source: string, at: number, before: string): number {
  const two = source.slice(at, at + 2)
  if (two === '//') return positionOr(source.indexOf('\n', at), source.length)
  if (two === '/*') return positionOr(source.indexOf('*/', at + 2), source.length - 2) + 2
  const quote = source[at]
  if (quote === "'" || quote === '"') return endOfQuoted(source, at, quote)
  if (quote === '`') return endOfTemplate(source, at)
  if (
    quote === '/' &&
    /(?:^|[(,=:[!&|?{};+\-*%<>~^\n]|\b(?:return|typeof|case|in|of|yield|await))\s*$/.test(before.slice(-60))
  ) {
    return endOfRegExp(source, at)
  }
  return at + 1
}

function endOfQuoted(source: string, start: number, quote: string): number {
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source[at] === quote || source[at] === '\n') return at + 1
  }
  return source.length
}

function endOfTemplate(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source[at] === '`') return at + 1
    else if (source.startsWith('${', at)) at = endOfSubstitution(source, at + 2) - 1
  }
  return source.length
}

function endOfSubstitution(source: string, start: number): number {
  let open = 1
  let before = '('
  for (let at = start; at < source.length;) {
    if (source[at] === '{') open += 1
    if (source[at] === '}') open -= 1
    if (open === 0) return at + 1
    const end = endOfToken(source, at, before)
    before += end > at + 1 ? '_' : source[at]
    at = end
  }
  return source.length
}

function endOfRegExp(source: string, start: number): number {
  let inClass = false
  for (let at = start + 1; at < source.length && source[at] !== '\n'; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source[at] === '[') inClass = true
    else if (source[at] === ']') inClass = false
    else if (source[at] === '/' && !inClass) return at + 1
  }
  // Not a regular expression after all, but a division.
  return start + 1
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

function positionOr(position: number, otherwise: number): number {
  return position < 0 ? otherwise : position
}
