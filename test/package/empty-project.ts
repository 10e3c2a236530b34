/**
 * A project that has nothing but a package.json and npm: what a person starts with who installs the packages.
 *
 * It stands outside of the repository, so that nothing is found in a folder above it.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** What a program left behind. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A project in a folder of its own, on one Node. */
export class EmptyProject {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'tidemark-project-')))
  readonly #node: string

  /** `node` is the program that everything in the project runs on. */
  constructor(node: string) {
    this.#node = node
    this.write('package.json', JSON.stringify({ name: 'project', version: '1.0.0', private: true, type: 'module' }))
  }

  /** Writes a file, by its path in the project. */
  write(path: string, content: string): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }

  /** Installs packages, by name and version or from tarballs, or throws. Nothing that is installed may run code. */
  async npmInstall(packages: readonly string[]): Promise<void> {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
    const { code, stderr } = await this.#run('npm', ['install', ...options, ...packages])
    if (code !== 0) throw new Error(`npm install failed with exit code ${code}:\n${stderr}`)
  }

  /** Runs a program of the project. */
  node(...args: readonly string[]): Promise<Ended> {
    return this.#run(this.#node, args)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #run(program: string, args: readonly string[]): Promise<Ended> {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, stdout, stderr }))
    })
  }

  // As in a shell of a person: neither the npm that runs the tests nor vitest shows through, and `node` is this project's.
  #environment(): NodeJS.ProcessEnv {
    const own =
      /^(?:npm_(?:package|lifecycle|command|execpath|config_(?:local_)?prefix)|VITEST|NODE_(?:ENV|OPTIONS)|FORCE_COLOR$|CI$)/
    const inherited = Object.entries(process.env).filter(([name]) => !own.test(name))
    return { ...Object.fromEntries(inherited), PATH: [dirname(this.#node), process.env['PATH']].join(delimiter) }
  }
}
