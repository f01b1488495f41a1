import assert from 'node:assert/strict';
import { describeFailure, runCampaign } from '../../sim/campaign.js';
import { hunt, huntAll } from '../../sim/variants/hunt.js';
import { tableLine } from '../../sim/variants/table.js';
import type { Variant } from '../../sim/variants/variant.js';
import { huntSeed, mostRunsUntilCaught, variants } from '../../sim/variants/variants.js';
import { chosenSeed } from '../support/random.js';

const freshRuns = 20;

describe('known-wrong variants of the protocol', () => {
  it(`are caught, every one, within ${mostRunsUntilCaught} runs of a simulator that does not know them; the right code passes fresh seeds`, async function () {
    this.timeout(1_200_000);
    const escaped: string[] = [];
    await huntAll(variants, huntSeed, mostRunsUntilCaught, (hunted) => {
      if (hunted.caught === undefined) escaped.push(tableLine(hunted));
    });
    assert.ok(variants.length >= 10);
    assert.deepEqual(escaped, []);

    const seed = chosenSeed('fresh seeds');
    const { failed } = await runCampaign({ seed, runs: freshRuns, goesOn: true });
    assert.equal(failed.length, 0, `fresh seeds from ${seed}:\n${failed.map(describeFailure).join('\n')}`);
  });

  it('are found only where there is one: the copy alone, with a change that changes nothing, passes', async () => {
    const file = 'src/pipeline/pipeline.ts';
    const find = 'export class Pipeline {';
    const unchanged: Variant = { name: 'none', why: 'it is right', edits: [{ file, find, replace: find }] };
    assert.equal((await hunt(unchanged, huntSeed, freshRuns)).caught, undefined);
  });

  it('follow the code: a change that fits nowhere is refused', async () => {
    const edits = [{ file: 'src/pipeline/pipeline.ts', find: 'what is written nowhere', replace: '' }];
    await assert.rejects(hunt({ name: 'lost', why: 'it does not fit', edits }, huntSeed, 1), /occurs 0 times/);
  });
});
