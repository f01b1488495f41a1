import assert from 'node:assert/strict';
import { FatalError } from '../../../src/errors.js';
import { desiredTopics, type TopicSettings } from '../../../src/topics/desired-topics.js';
import { nameInputs, nameOutputs } from '../../support/topics.js';

const names = { ...nameInputs(), ...nameOutputs() };
const settings: TopicSettings = {
  partitions: 8,
  replication: 3,
  minInsyncReplicas: 2,
  cleanupPolicy: { init: 'delete', requests: 'delete', results: 'delete', status: 'compact', deadLetters: 'delete' },
  config: { 'max.message.bytes': '2000000' },
};

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

  it('gives each topic the cleanup.policy that was asked for, but the changelog', () => {
    const topics = desiredTopics(names, {
      ...settings,
      cleanupPolicy: { ...settings.cleanupPolicy, init: 'compact', status: 'compact,delete' },
    });
    const policies = new Map(topics.map(({ name, configs }) => [name, configs?.['cleanup.policy']]));
    assert.equal(policies.get(names.init), 'compact');
    assert.equal(policies.get(names.status), 'compact,delete');
    assert.equal(policies.get(names.changelog), 'compact');
  });

  it('refuses topics that could never be written, and a second word on what it sets itself', () => {
    const refused = (change: Partial<TopicSettings>, sentence: RegExp) =>
      assert.throws(
        () => desiredTopics(names, { ...settings, ...change }),
        (error) => error instanceof FatalError && error.exitCode === 78 && sentence.test(error.message),
      );
    refused({ replication: 1 }, /min\.insync\.replicas is 2 and the replication 1/);
    const config = (name: string) => ({ [name]: 'x' });
    refused({ config: config('cleanup.policy') }, /^cleanup\.policy can't be given/);
    refused({ config: config('min.insync.replicas') }, /--min-insync-replicas/);
  });
});
