/**
 * How the tests run: on the sources, with no build, and with every fence of the pages as a test.
 */
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { doctest } from './test/gates/doctest.ts'
import { mutation } from './test/gates/mutation.ts'

/** Begins with what takes longest, so that no core waits for it at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/test/drift/drift.test.ts')
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  plugins: [doctest(), mutation()],
  // Doors resolve to sources. The condition is asked of the server side too, where the tests run.
  resolve: { conditions: ['@tidemark/source'] },
  ssr: { resolve: { conditions: ['@tidemark/source', 'node', 'import'] } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'packages/*/test/**/*.test-prop.ts',
      'test/**/*.test.ts',
      'test/**/*.test-prop.ts',
      'docs/**/*.md',
      'README.md',
    ],
    // Tarballs need a registry and have a configuration of their own: npm run test:package.
    exclude: ['**/node_modules/**', '**/dist/**', '**/out/**', 'test/package/**'],
    // One process per core, and the sources loaded once in each: three times as fast as a fresh module graph per file (measured).
    // Nothing is lost, as no module of ours keeps state; a test that changes the process puts it back.
    pool: 'forks',
    isolate: false,
    // The default leaves one core idle, which is half of a machine that has two.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    // Long enough for a property test on two busy cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A run of the tests never writes to them: snapshots are written with -u only.
    update: 'none',
  },
})
