import assert from 'node:assert/strict';
import { FatalError } from '../../../src/errors.js';
import { desiredTopics } from '../../../src/topics/desired-topics.js';
import { nameInputs, nameOutputs } from '../../support/topics.js';

const names = { ...nameInputs(), ...nameOutputs() };
const settings = { partitions: 8, replication: 3, minInsyncReplicas: 2, config: { 'max.message.bytes': '2000000' } };

describe('desiredTopics', () => {
  it('compacts the status and the changelog alone, and gives all six the same partitions, replicas and configurations', () => {
    const topics = desiredTopics(names, settings);
    assert.equal(new Set(topics.map(({ name }) => name)).size, 6);
    for (const { name, partitions, replication, configs } of topics) {
      const policy = name === names.status || name === names.changelog ? 'compact' : 'delete';
      assert.deepEqual({ partitions, replication }, { partitions: 8, replication: 3 });
      const others = { 'max.message.bytes': '2000000', 'min.insync.replicas': '2' };
      assert.deepEqual(configs, { ...others, 'cleanup.policy': policy });
    }
  });

  it('refuses topics that could never be written, and a second word on what it sets itself', () => {
    const refused = (change: Partial<typeof settings>, sentence: RegExp) =>
      assert.throws(
        () => desiredTopics(names, { ...settings, ...change }),
        (error) => error instanceof FatalError && error.exitCode === 78 && sentence.test(error.message),
      );
    refused({ replication: 1 }, /min\.insync\.replicas is 2 and the replication 1/);
    const config = (name: string) => ({ [name]: 'x' }) as unknown as typeof settings.config;
    refused({ config: config('cleanup.policy') }, /^cleanup\.policy can't be given/);
    refused({ config: config('min.insync.replicas') }, /--min-insync-replicas/);
  });
});
