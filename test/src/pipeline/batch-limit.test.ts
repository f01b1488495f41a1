import assert from 'node:assert/strict';
import { configSchema } from '../../../src/config/schema.js';
import { FRAME_BATCH_LIMIT_BYTES } from '../../../src/frames.js';
import { batchLimit } from '../../../src/pipeline/batch-limit.js';

const configOf = (settings: object) =>
  configSchema.parse({ kafka: { client: { 'bootstrap.servers': 'a:1' } }, ...settings });

describe('the limit of a batch', () => {
  it('is batch.maxMessages while statuses are slim', () => {
    assert.equal(batchLimit(configOf({ batch: { maxMessages: 123_456 } })), 123_456);
  });

  it('leaves room for a status of limits.messageBytes for each record when they tell every seat', () => {
    for (const messageBytes of [1_000_000, 5_000_000]) {
      const config = configOf({ status: { payload: 'full', emit: 'every' }, limits: { messageBytes } });
      const limit = batchLimit(config);
      assert.ok(limit >= 1 && limit * messageBytes <= FRAME_BATCH_LIMIT_BYTES / 2);
      assert.ok((limit + 1) * messageBytes > FRAME_BATCH_LIMIT_BYTES / 2);
    }
    assert.equal(batchLimit(configOf({ batch: { maxMessages: 7 }, status: { payload: 'full' } })), 7);
  });
});
