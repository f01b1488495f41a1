// What `npm test` runs: two files at a time, each worker process with a broker of its own. Longest first, so that no worker
// waits for the other at the end. A file named on the command line is run alone: npm test -- test/e2e/restore.test.ts
const isFileNamed = process.argv.slice(2).some((argument) => argument.endsWith('.test.ts'));

module.exports = {
  'node-option': ['import=tsx'],
  spec: isFileNamed
    ? []
    : ['test/fault/*.test.ts', 'test/e2e/*.test.ts', 'test/native/*.test.ts', 'test/!(fault|e2e|native)/**/*.test.ts'],
  require: ['test/support/run.ts'],
  parallel: true,
  jobs: 2,
  reporter: 'test/support/reporter.cjs',
  timeout: 300_000,
  slow: 5_000,
  exit: true,
};
