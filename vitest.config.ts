import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Two projects: `unit` needs nothing but Node; `integration` needs the built package, a kernel and real programs.
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: { name: 'unit', include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        test: {
          name: 'integration',
          include: ['integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Kernel and timing tests share two cores: one file at a time keeps them honest.
          fileParallelism: false,
        },
      },
    ],
  },
});
export default config;
