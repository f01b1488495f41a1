import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChangelogStretch } from '../../../src/kafka/changelog.js';
import { assertAnswered, assertStored } from '../../support/fakes/check.js';
import type { FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { Instance } from '../../support/fakes/instance.js';
import { FakeKafka } from '../../support/fakes/kafka.js';
import { inputsOf } from '../../support/fakes/load.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { turn, until } from '../../support/fakes/steps.js';

const partitions = [0, 1, 2];
const guarantees = ['exactly_once', 'at_least_once'] as const;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const byPartition = (a: ChangelogStretch, b: ChangelogStretch): number => a.partition - b.partition;

/** Whether the stores of an instance hold what the changelog has. */
const isLevel = (kafka: FakeKafka, { stores }: Instance): boolean =>
  partitions.every((partition) => {
    const { length } = kafka.changelog(partition);
    return length === 0 || stores.of(partition).mark?.changelogPosition === length;
  });

describe('a takeover', () => {
  for (const guarantee of guarantees) {
    const options = { standbyPartitions: partitions.length, settings: { guarantee }, batch: { maxMessages: 2 } };

    it(`${guarantee}: by an instance that stood by reads the tail of the changelog alone`, async () => {
      const kafka = new FakeKafka();
      const owner = new Instance(kafka, options);
      const other = new Instance(kafka, options);
      const ask = (from: number, to: number): void => {
        for (const partition of partitions)
          for (let offset = from; offset < to; offset += 1)
            kafka.add(requestRecord({ eventId: BigInt(partition) }, { partition, offset }));
      };
      for (const partition of partitions)
        kafka.add(initRecord({ eventId: BigInt(partition) }, { partition, offset: 0, timestampMs: 1 }));
      ask(0, 6);
      owner.daemon.input.rebalance('assign', ...partitions);
      await owner.daemon.caughtUp(...partitions);
      await until(() => isLevel(kafka, other), 'the standby has followed all of it');
      const from = partitions.map((partition) => kafka.changelog(partition).length);

      other.daemon.steps.hold('tail');
      ask(6, 9);
      await owner.daemon.caughtUp(...partitions);
      owner.kill();
      const ends = partitions.map((partition) => kafka.changelog(partition).length);
      other.daemon.input.rebalance('assign', ...partitions);
      ask(9, 12);
      await other.daemon.caughtUp(...partitions);
      const stretches = partitions.map((partition) => ({ partition, from: from[partition], until: ends[partition] }));
      assert.deepEqual([...other.daemon.changelog.stretches].sort(byPartition), stretches);
      assert.equal(other.daemon.imagesRead, sum(ends) - sum(from));
      assert.deepEqual(other.daemon.log.of('standbyFailed'), []);
      await other.daemon.stop();
      assertAnswered(kafka, { emit: 'latest', repeats: 'none' });
      for (const partition of partitions) assertStored(kafka, partition, other.stores.of(partition).images);
    });

    it(`${guarantee}: whoever owns what, stands by or is killed, and whenever, every answer is the model's`, async () => {
      const events = fc.array(
        fc.record({
          turns: fc.integer({ min: 0, max: 12 }),
          event: fc.constantFrom('move', 'kill'),
          partition: fc.constantFrom(...partitions),
          by: fc.constantFrom(0, 1),
        }),
        { maxLength: 8 },
      );
      await fc.assert(
        fc.asyncProperty(inputsOf(partitions.length, 60), events, async (records, script) => {
          const kafka = new FakeKafka();
          kafka.add(...records);
          const pair = new Pair(kafka, options);
          for (const { turns, event, partition, by } of script) {
            for (let turned = 0; turned < turns; turned += 1) await turn();
            if (event === 'move') await pair.move(partition);
            else pair.kill(by);
          }
          await pair.level();
          await pair.stop();
          const repeats = guarantee === 'exactly_once' ? 'none' : 'identical';
          assertAnswered(kafka, { emit: 'latest', repeats });
          for (const { stores, daemon } of pair.instances) {
            for (const partition of partitions) assertStored(kafka, partition, stores.of(partition).images);
            assert.deepEqual(daemon.log.of('standbyFailed'), []);
          }
        }),
        { numRuns: 80 },
      );
    });
  }
});

/** Two instances that stand by for each other. The first begins with all partitions. */
class Pair {
  readonly instances: readonly [Instance, Instance];
  /** The number of the instance that a partition belongs to. */
  private readonly owners = new Map(partitions.map((partition) => [partition, 0]));

  constructor(
    private readonly kafka: FakeKafka,
    options: FakeDaemonOptions,
  ) {
    this.instances = [new Instance(kafka, options), new Instance(kafka, options)];
    this.give(0, partitions);
  }

  /** One gives a partition back, and the other gets it. */
  async move(partition: number): Promise<void> {
    const owner = this.owners.get(partition) ?? 0;
    const { input, steps } = this.of(owner).daemon;
    const given = steps.count('unassign');
    input.rebalance('revoke', partition);
    await until(() => steps.count('unassign') > given, 'the partition is given back');
    this.give(1 - owner, [partition]);
  }

  kill(number: number): void {
    this.of(number).kill();
    const left = partitions.filter((partition) => this.owners.get(partition) === number);
    this.give(1 - number, left);
  }

  /** Waits until everything is answered, and both have followed what the other owns. */
  async level(): Promise<void> {
    await this.of(0).daemon.caughtUp(...partitions);
    const isLevel = (partition: number): boolean => {
      const { stores } = this.of(1 - (this.owners.get(partition) ?? 0));
      const { length } = this.kafka.changelog(partition);
      return length === 0 || stores.of(partition).mark?.changelogPosition === length;
    };
    await until(() => partitions.every(isLevel), 'the standbys have followed all of it');
  }

  async stop(): Promise<void> {
    for (const { daemon } of this.instances) await daemon.stop();
  }

  private give(number: number, some: readonly number[]): void {
    for (const partition of some) this.owners.set(partition, number);
    if (some.length > 0) this.of(number).daemon.input.rebalance('assign', ...some);
  }

  private of(number: number): Instance {
    return this.instances[number === 0 ? 0 : 1];
  }
}
