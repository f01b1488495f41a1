import assert from 'node:assert/strict';
import { ExitCode, FatalError } from '../../../src/errors.js';
import { rangeOf, type WatermarksClient } from '../../../src/kafka/watermarks.js';

type Done = (error: unknown, value?: unknown) => void;

/** A client whose questions fail with these codes, one after the other, and are answered then. Its metadata never come. */
function failing(...codes: number[]): { readonly client: WatermarksClient; readonly calls: readonly string[] } {
  const calls: string[] = [];
  const kafkaError = (code: number): Error => Object.assign(new Error(`code ${code}`), { code });
  const client = {
    queryWatermarkOffsets(topic: string, partition: number, _timeoutMs: number, done: Done): void {
      calls.push(`${topic}-${partition}`);
      const code = codes.shift();
      if (code === undefined) done(undefined, { lowOffset: 3, highOffset: 9 });
      else done(kafkaError(code));
    },
    getMetadata(_options: unknown, done: Done): void {
      calls.push('metadata');
      done(kafkaError(-195));
    },
  };
  return { client: client as WatermarksClient, calls };
}

describe('the range of a partition', () => {
  it('is asked for once, and without metadata, when the leader is there', async () => {
    const { client, calls } = failing();
    assert.deepEqual(await rangeOf(client, 'requests', 4), { low: 3, high: 9 });
    assert.deepEqual(calls, ['requests-4']);
  });

  it('is asked for again, with fresh metadata, while the leader is moving', async () => {
    const { client, calls } = failing(6, -195);
    assert.deepEqual(await rangeOf(client, 'requests', 4), { low: 3, high: 9 });
    assert.deepEqual(calls, ['requests-4', 'metadata', 'requests-4', 'metadata', 'requests-4']);
  });

  it('is not asked for again after an error that does not pass', async () => {
    const { client, calls } = failing(29);
    await assert.rejects(
      rangeOf(client, 'requests', 4),
      (error) => error instanceof FatalError && error.exitCode === ExitCode.configuration,
    );
    assert.equal(calls.length, 1);
  });
});
