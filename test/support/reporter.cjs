// Mocha's spec reporter, closed by the plain line "N passed, N failed" that CI reads.
const { reporters, Runner } = require('mocha');

module.exports = class PlainSummary extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      process.stdout.write(`${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ''}\n`);
    });
  }
};
