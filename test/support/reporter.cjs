// Mocha's spec reporter, closed by the plain line "N passed, N failed" that CI reads. TEST_DURATIONS names a file for the
// milliseconds of each test file, its tests and its hooks, as JSON, longest first.
const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END, EVENT_TEST_FAIL } = Runner.constants;

module.exports = class PlainSummary extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const durationsMs = new Map();
    const add = ({ file, duration = 0 }) => {
      if (file) durationsMs.set(file, (durationsMs.get(file) ?? 0) + duration);
    };
    runner.on(EVENT_TEST_END, add);
    runner.on(EVENT_HOOK_END, add);
    // Of a worker process that ended mocha says how, but not what it ran.
    runner.on(EVENT_TEST_FAIL, (_, { file }) => {
      if (file) process.stdout.write(`  the process ended that ran ${relative(process.cwd(), file)}\n`);
    });
    runner.once(EVENT_RUN_END, () => {
      const { TEST_DURATIONS: file } = process.env;
      if (file !== undefined) {
        const longestFirst = [...durationsMs].sort(([, one], [, other]) => other - one);
        const named = longestFirst.map(([path, milliseconds]) => [relative(process.cwd(), path), milliseconds]);
        writeFileSync(file, `${JSON.stringify(Object.fromEntries(named), undefined, 2)}\n`);
      }
      const { passes, failures, pending } = this.stats;
      process.stdout.write(`${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ''}\n`);
    });
  }
};
