import type { Config } from 'jest';

/** Node 24 strips the types itself (test/strip-types.ts): tests run the very source that is bundled and deployed. */
const config: Config = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.ts' },
  testEnvironment: '<rootDir>/test/environment.ts',
  injectGlobals: false,
  // A test that hangs fails; one that waits for a busy machine does not.
  testTimeout: 120_000,
  maxWorkers: '100%',
  workerIdleMemoryLimit: '500MB',
};

export default config;
