/**
 * What a lockfile must be for `npm ci` to work everywhere, as functions from its text to offences.
 */

interface Locked {
  readonly version?: string
  readonly link?: boolean
  readonly resolved?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Dependencies that no entry stands for. An entry is missing where the registry lacked a platform's package on the day. */
export function unlockedDependencies(lockfile: string): readonly string[] {
  const locked = packagesOf(lockfile)
  return Object.entries(locked).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !candidates(path, name).some((candidate) => candidate in locked))
      .map((name) => `${name}, wanted by ${path}`),
  )
}

/** Entries that say where they were fetched from: a host holds for one place only. */
export function lockedHosts(lockfile: string): readonly string[] {
  return Object.entries(packagesOf(lockfile))
    .filter(([, { resolved, link }]) => resolved !== undefined && link !== true)
    .map(([path, { resolved }]) => `${path} from ${resolved}`)
}

function packagesOf(lockfile: string): Readonly<Record<string, Locked>> {
  return (JSON.parse(lockfile) as { packages: Record<string, Locked> }).packages
}

/** Where Node would look for a dependency of the package at a path, nearest first. */
function candidates(path: string, name: string): readonly string[] {
  const parts = path === '' ? [] : path.split('/')
  return Array.from({ length: parts.length + 1 }, (_, cut) =>
    [...parts.slice(0, parts.length - cut), 'node_modules', name].join('/'),
  )
}
