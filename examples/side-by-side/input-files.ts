/**
 * Which files are read: those that were named, or the real ones beside the repository, or a sample that a seed makes.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DnsFiles } from './dns/dns-job.ts'
import type { RegistryFiles } from './dotgov/read-registry.ts'
import { UsageError } from './usage-error.ts'
import { makeSample } from './sample.ts'

/** Paths that a person may have named. */
export interface NamedPaths {
  /** A folder laid out as the shared data are: `zeek-dns/` and `dotgov/`. */
  readonly data?: string
  readonly dns?: string
  readonly dnsTsv?: string
  readonly registryEvents?: string
  readonly registrySizes?: string
}

/** The files of both jobs, and what they are. */
export interface InputFiles {
  readonly dns: DnsFiles
  readonly registry: RegistryFiles
  /** For people. */
  readonly description: string
}

/** The root folder of this repository, from wherever this file runs: its sources or what the compiler made of them. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!isRoot(folder)) {
    const above = dirname(folder)
    if (above === folder) return process.cwd()
    folder = above
  }
  return folder
}

function isRoot(folder: string): boolean {
  const manifest = join(folder, 'package.json')
  return existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name === 'tidemark'
}

/** Finds the files to read, and makes the sample where there are none. Throws a UsageError for a path that is not there. */
export function findInput(named: NamedPaths, seed: number): InputFiles {
  const root = repositoryRoot()
  const shared = join(root, '..', 'shared', 'data')
  if (named.data !== undefined) requireThere('--data', named.data)
  const real = named.data ?? (existsSync(shared) ? shared : undefined)
  const folder = real ?? join(root, 'out', 'sample')
  if (real === undefined) makeSample(folder, seed)
  const description =
    named.data !== undefined
      ? `data in ${shown(folder)}`
      : real === undefined
        ? `a small sample, made from seed ${seed} in ${shown(folder)} (real data would be read from ../shared/data)`
        : `real data in ${shown(folder)}`
  return {
    dns: {
      json: named.dns === undefined ? fileIn(folder, 'zeek-dns/dns.json', '--dns') : requireThere('--dns', named.dns),
      tsv:
        named.dnsTsv !== undefined
          ? requireThere('--dns-tsv', named.dnsTsv)
          : named.dns === undefined
            ? fileIn(folder, 'zeek-dns/dns.log', '--dns-tsv')
            : undefined,
    },
    registry: {
      events: requireThere(
        '--registry-events',
        named.registryEvents ?? fileIn(folder, 'dotgov/dotgov-events.csv', '--registry-events'),
      ),
      sizes: requireThere(
        '--registry-sizes',
        named.registrySizes ?? fileIn(folder, 'dotgov/dotgov-counts.csv', '--registry-sizes'),
      ),
    },
    description,
  }
}

/** A path relative to the present folder where that is shorter. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path)
  return short.length < path.length && short !== '' ? short : path
}

function fileIn(folder: string, name: string, option: string): string {
  const found = [join(folder, name), join(folder, `${name}.gz`)].find((path) => existsSync(path))
  if (found !== undefined) return shown(found)
  throw new UsageError(
    `${shown(join(folder, name))} is not there, nor is it with .gz. Both parts of the example read a file of that name below the data folder. ` +
      `Name another one with ${option} <file>, or another folder with --data <folder>.`,
  )
}

function requireThere(option: string, path: string): string {
  if (existsSync(path)) return path
  throw new UsageError(`${option} names ${path}, which is not there. Check the path; it counts from ${process.cwd()}.`)
}
