/**
 * Globs: patterns of paths, matched in time linear in the name for each star.
 *
 * In one part of a path `*` stands for any characters, `?` for one and `[a-z]` for one of a set (`[!a-z]` for one outside
 * it); the part `**` stands for any number of folders. A name that begins with a dot is matched by a part that does so too.
 */

/** One character position of a pattern: any run, any one, a set, or itself. */
type Atom =
  | '*'
  | '?'
  | { readonly text: string }
  | { readonly set: readonly (readonly [string, string])[]; readonly not: boolean }

/** Says whether a path is a pattern. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path)
}

/** Makes a test for the names that one part of a pattern matches. */
export function nameMatcher(part: string): (name: string) => boolean {
  const atoms = parse(part)
  const dotted = part.startsWith('.')
  return (name) => (dotted || !name.startsWith('.')) && matches(atoms, Array.from(name))
}

// The classic walk with one point of return: a later star makes every earlier choice irrelevant.
function matches(atoms: readonly Atom[], name: readonly string[]): boolean {
  let atom = 0
  let at = 0
  let star = -1
  let resume = 0
  while (at < name.length) {
    const current = atoms[atom]
    if (current === '*') {
      star = atom++
      resume = at
    } else if (current !== undefined && accepts(current, name[at] ?? '')) {
      atom++
      at++
    } else if (star >= 0) {
      atom = star + 1
      at = ++resume
    } else return false
  }
  while (atoms[atom] === '*') atom++
  return atom === atoms.length
}

function accepts(atom: Exclude<Atom, '*'>, character: string): boolean {
  if (atom === '?') return true
  if ('text' in atom) return atom.text === character
  return atom.set.some(([low, high]) => low <= character && character <= high) !== atom.not
}

function parse(part: string): readonly Atom[] {
  const characters = Array.from(part)
  const atoms: Atom[] = []
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? ''
    const close = character === '[' ? closingBracket(characters, i) : -1
    if (close > 0) {
      atoms.push(characterSet(characters.slice(i + 1, close)))
      i = close
    } else if (character === '*') {
      if (atoms.at(-1) !== '*') atoms.push('*')
    } else atoms.push(character === '?' ? '?' : { text: character })
  }
  return atoms
}

// The first character of a set may be a bracket itself: `[]]`, `[!]]`.
function closingBracket(characters: readonly string[], open: number): number {
  const first = characters[open + 1] === '!' ? open + 2 : open + 1
  return characters.indexOf(']', first + 1)
}

function characterSet(characters: readonly string[]): Atom {
  const not = characters[0] === '!'
  const members = not ? characters.slice(1) : characters
  const set: [string, string][] = []
  for (let i = 0; i < members.length; i++) {
    const low = members[i] ?? ''
    const high = members[i + 1] === '-' ? members[i + 2] : undefined
    set.push([low, high ?? low])
    if (high !== undefined) i += 2
  }
  return { set, not }
}
