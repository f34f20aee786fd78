import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** What fills the machine, counts what is left of it, or changes what all its processes share. */
const alone = ['full-disk', 'launch-server', 'own-places', 'process-host', 'sandbox-churn', 'soak'].map(
  (name) => `integration/${name}.test.ts`,
);

const slow = { testTimeout: 120_000, hookTimeout: 60_000 };

// `unit` needs nothing but Node; the others need the built package, a kernel and real programs. Most of their time they
// wait for programs, so two files run side by side also where there are two cores.
const config: ViteUserConfig = defineConfig({
  test: {
    maxWorkers: '100%',
    projects: [
      {
        test: { name: 'unit', include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        test: { name: 'integration', include: ['integration/**/*.test.ts'], exclude: alone, ...slow },
      },
      {
        test: { name: 'integration-alone', include: alone, fileParallelism: false, ...slow },
      },
    ],
  },
});
export default config;
