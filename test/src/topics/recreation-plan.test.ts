import assert from 'node:assert/strict';
import { FatalError } from '../../../src/errors.js';
import { refuseOthers } from '../../../src/topics/instances.js';
import { expendableRole, laggingGroups, planLines, planRecreation } from '../../../src/topics/recreation-plan.js';
import { nameInputs, nameOutputs } from '../../support/topics.js';
import { describedTopic } from './described-topic.js';

const names = { ...nameInputs(), ...nameOutputs() };

const isRefused = (sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FatalError, String(error));
  assert.equal(error.exitCode, 78);
  assert.match(error.message, sentence);
  assert.match(error.message, /Nothing was changed/);
  return true;
};

describe('the plan of a recreation', () => {
  it('is refused for what seatmapd reads, with the reason, and for a topic that is not its own', () => {
    for (const [role, reason] of [
      ['init', /replaced with all their seats free/],
      ['requests', /answered twice/],
      ['changelog', /every seat would be sold again/],
    ] as const) {
      assert.throws(() => expendableRole(names, names[role]), isRefused(reason));
    }
    assert.throws(() => expendableRole(names, 'another'), isRefused(/another is none of this application's topics/));
    for (const role of ['results', 'status', 'deadLetters'] as const)
      assert.equal(expendableRole(names, names[role]), role);
  });

  const own = { 'cleanup.policy': 'compact', 'min.insync.replicas': '2', 'segment.ms': '600000' };
  const before = describedTopic({ name: names.status, partitions: 32, replication: 3, own });

  it('keeps what is set on the topic, but for what is to be different', () => {
    const { after } = planRecreation('status', before, {
      ...{ partitions: 20, replication: 1 },
      configs: { 'min.insync.replicas': '1', 'max.message.bytes': '2000000' },
    });
    assert.deepEqual(after, {
      ...{ name: names.status, partitions: 20, replication: 1 },
      configs: { ...own, 'min.insync.replicas': '1', 'max.message.bytes': '2000000' },
    });
    assert.deepEqual(planRecreation('status', before, { configs: {} }).after, {
      ...{ name: names.status, partitions: 32, replication: 3, configs: own },
    });
  });

  it('refuses a topic that would refuse every write', () => {
    const changes = { replication: 1, configs: {} };
    assert.throws(() => planRecreation('status', before, changes), isRefused(/min\.insync\.replicas=2/));
  });

  it('tells what is changed, kept and lost', () => {
    const groups = [{ group: 'readers', state: 'Stable', lag: 0, partitionsBehind: 0 }];
    const plan = planRecreation(
      'status',
      { ...before, groups },
      {
        ...{ partitions: 20, replication: 1 },
        configs: { 'min.insync.replicas': '1' },
      },
    );
    assert.deepEqual(planLines(plan), [
      `${names.status} will be deleted and created anew:`,
      '  partitions: 32 → 20',
      '  replication: 3 → 1',
      '  min.insync.replicas: 2 → 1',
      '  kept: cleanup.policy=compact, segment.ms=600000',
      '  its records, 320 at most, are lost',
      '  and with them the committed offsets of readers',
    ]);
  });

  it('names the groups that are behind, and no other', () => {
    const groups = [
      { group: 'level', state: 'Stable', lag: 0, partitionsBehind: 0 },
      { group: 'behind', state: 'Empty', lag: 7, partitionsBehind: 2 },
    ];
    assert.deepEqual(laggingGroups({ ...before, groups }), [`behind is 7 behind on 2 partitions of ${names.status}.`]);
  });

  it('is refused while an instance is in the group that can not be paused', () => {
    const member = (clientId: string) => ({ memberId: clientId, clientId, host: '/10.0.0.1' });
    const daemon = { name: 'seatmapd host-a' };
    refuseOthers([], undefined);
    refuseOthers([], daemon);
    refuseOthers([member('a')], daemon);
    assert.throws(() => refuseOthers([member('a')], undefined), isRefused(/a at 10\.0\.0\.1\), and none answers/));
    assert.throws(
      () => refuseOthers([member('a'), member('b')], daemon),
      isRefused(/b at 10\.0\.0\.1\), and only seatmapd host-a/),
    );
  });
});
