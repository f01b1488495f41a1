import assert from 'node:assert/strict';
import { describeFailure, runCampaign, summary } from '../../sim/campaign.js';
import { runSeed } from '../../sim/run.js';

const runs = 1_000;
/** The same in each run of CI, so that a red build is the change's; TEST_SEED tries others. */
const firstSeed = Number(process.env.TEST_SEED ?? 1);

describe('the simulator', () => {
  it('gives the same run for the same seed, step by step, whatever timers others have in the process, and another for another', async () => {
    const digests = new Set<string>();
    let ticks = 0;
    for (const seed of [11, 12, 13, 14, 15]) {
      const first = await runSeed({ seed });
      const realMs = performance.now();
      const others = setInterval(() => {
        assert.ok(performance.now() >= realMs, 'others go by the real clock');
        setTimeout(() => {
          ticks += 1;
        });
      });
      const again = await runSeed({ seed }).finally(() => clearInterval(others));
      assert.equal(first.digest, again.digest, `seed ${seed}`);
      assert.equal(first.events, again.events);
      digests.add(first.digest);
    }
    assert.equal(digests.size, 5);
    assert.ok(ticks > 0, 'and their timers run out');
  });

  it('leaves the clocks of its process as they were', async () => {
    const { setTimeout: timer } = globalThis;
    const beforeMs = performance.now();
    await runSeed({ seed: 1 });
    assert.equal(globalThis.setTimeout, timer);
    assert.ok(performance.now() > beforeMs);
  });

  it('finds nothing wrong, whatever goes wrong: no answer lost or given twice, no seat sold twice, no store ahead', async function () {
    this.timeout(1_200_000);
    const report = await runCampaign({ seed: firstSeed, runs, goesOn: true });
    process.stdout.write(`      ${summary(report, firstSeed)}\n`);
    assert.equal(report.failed.length, 0, report.failed.map(describeFailure).join('\n'));
    assert.equal(report.runs, runs);
    assert.ok([...report.faults.values()].every((count) => count > 0) && report.faults.size === 14);
  });
});
