import assert from 'node:assert/strict';
import { chosenSeed } from '../support/random.js';
import { FailedInput, fuzz, pureTarget } from './target.js';
import { targets } from './targets.js';

/** Inputs of each target; `npm run fuzz` gives each a million. */
const inputs = Number(process.env.TEST_FUZZ_INPUTS ?? 10_000);

describe('fuzzing', () => {
  for (const target of targets) {
    it(`${target.name}: ${target.description}`, async () => {
      const count = Math.ceil(inputs * (target.share ?? 1));
      const { accepted, refused } = await fuzz(target, { seed: chosenSeed(target.name), count });
      assert.equal(accepted + refused, count);
      // Inputs that are all good, or all bad, would prove little.
      assert.ok(Math.min(accepted, refused) > count / 20, `${accepted} accepted, ${refused} refused`);
    });
  }

  it('ends at the first finding with its seed and its input, and the seed alone brings it back', async () => {
    const target = pureTarget('odd', 'numbers, of which none may be a multiple of 97', {
      generate: (random) => random.whole(0, 1_000_000),
      check: (input: number) => {
        assert.notEqual(input % 97, 0);
        return 'accepted';
      },
      show: String,
    });
    const failure = async (seed: number, count: number): Promise<FailedInput> => {
      const error: unknown = await fuzz(target, { seed, count }).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof FailedInput);
      return error;
    };
    const first = await failure(1, 10_000);
    const again = await failure(first.seed, 1);
    assert.match(first.message, new RegExp(`--seed ${first.seed} --inputs 1\\n {2}input: \\d+\\n`));
    assert.equal(again.message.split('\n')[1], first.message.split('\n')[1]);
  });
});
