import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Daemon, killDaemons } from '../support/daemon.js';
import { describeForEachIo } from './io.js';
import { guarantees, LoadedGroup, partitions, restored } from './loaded-group.js';
import { drain } from './run.js';

describeForEachIo('rebalance', (io, itOnce) => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  for (const guarantee of guarantees) {
    it(`two instances that join and leave one after another under load answer as one: ${guarantee}`, async () => {
      const group = await LoadedGroup.prepare(broker, { io, guarantee });
      const first = group.start('one');
      await restored(first, partitions);
      group.beginLoad();
      const second = group.start('two');
      await restored(second, partitions / 2);
      const before = second.events('restored').length;
      await drain(first);
      await restored(second, partitions, before);
      const again = group.start('one');
      await restored(again, partitions / 2);
      await drain(second);
      await restored(again, partitions);
      await group.finish(again);
    });

    itOnce(
      `three instances that join and leave under load answer as one, and not all that the first had stands still: KIP-848, ${guarantee}`,
      async () => {
        const group = await LoadedGroup.prepare(broker, { io, guarantee, group: { protocol: 'consumer' } });
        const first = group.start('one');
        await restored(first, partitions);
        group.beginLoad();
        const [second, third] = [group.start('two'), group.start('three')];
        await Promise.all([second, third].map((daemon) => restored(daemon, 2)));
        await drain(first);
        await second.waitFor('metrics', () => ownedBy(second) + ownedBy(third) === partitions);
        const again = group.start('one');
        await restored(again, 2);
        await drain(second);
        await drain(third);
        await again.waitFor('metrics', () => ownedBy(again) === partitions);
        await group.finish(again);
        assertKeptSome(first);
      },
    );
  }

  itOnce(
    'a group whose instances are restarted with KIP-848 one by one, under load, answers as one all the time',
    async () => {
      const group = await LoadedGroup.prepare(broker, { io });
      const classic = ['one', 'two'].map((instance) => group.start(instance));
      await Promise.all(classic.map((daemon) => restored(daemon, partitions / 2)));
      group.beginLoad();
      const incremental: Daemon[] = [];
      for (const [at, instance] of ['one', 'two'].entries()) {
        await drain(classic[at] as Daemon);
        const daemon = group.start(instance, { group: { protocol: 'consumer' } });
        await restored(daemon, partitions / 2);
        incremental.push(daemon);
      }
      await group.finish(...(incremental as [Daemon, Daemon]));
    },
  );
});

/** How many partitions an instance has, by its log. */
const ownedBy = (daemon: Daemon): number => {
  const count = (event: string): number =>
    daemon.events(event).reduce((sum, { partitions: of }) => sum + (of as readonly number[]).length, 0);
  return count('assigned') - count('revoked');
};

/** With range a member that had everything keeps a part of it, whoever joins; others may get other parts. */
function assertKeptSome(daemon: Daemon): void {
  let owned = 0;
  for (const { event, partitions: of } of daemon.lines) {
    const { length } = (of ?? []) as readonly number[];
    if (event === 'assigned') owned += length;
    if (event !== 'revoked') continue;
    assert.ok(length < owned, `all ${owned} partitions were taken at once:\n${daemon.tail()}`);
    owned -= length;
  }
}
