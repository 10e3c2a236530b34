/**
 * How the test of the packages runs: by itself, as `npm run test:package`. It needs a build and a registry, and takes npm's time, so it
 * is a leg of CI and no part of `npm test`.
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    update: 'none',
  },
})
