import { defineConfig } from 'vitest/config';

/**
 * Tiers by file name: `*.test.ts` pure and fast · `*.int.test.ts` real processes and sockets · `*.e2e.test.ts` the real app ·
 * `*.full.test.ts` whatever only `npm run test:full` has time for.
 */
const project = (name: string, include: string[], exclude: string[], timeout: number, parallel: boolean) => ({
  test: {
    name,
    include,
    exclude,
    environment: 'node' as const,
    testTimeout: timeout,
    hookTimeout: timeout * 2,
    fileParallelism: parallel,
    pool: 'forks' as const,
  },
});

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      project('unit', ['tests/**/*.test.{ts,tsx}'], ['tests/**/*.{int,e2e,full}.test.{ts,tsx}'], 20_000, true),
      project('integration', ['tests/**/*.int.test.ts'], [], 60_000, false),
      project('e2e', ['tests/**/*.e2e.test.ts'], [], 120_000, false),
      project('full', ['tests/**/*.full.test.ts'], [], 300_000, false),
    ],
  },
});
