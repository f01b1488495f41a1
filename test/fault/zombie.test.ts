import assert from 'node:assert/strict';
import { drain } from '../e2e/run.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { itInFull, sized } from './support/form.js';
import { FaultLoad } from './support/load.js';
import {
  configured,
  finish,
  type Guarantee,
  type Protocol,
  protocols,
  repeatsOf,
  untilCommitted,
  untilShared,
  usualShape,
} from './support/run.js';
import { injected, lastWords, observed } from './support/tally.js';

const requestsPerSecond = sized(1_000, 4_000);

describe('fault: an instance that was thought dead', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  const instanceOf = (load: FaultLoad, instance: string, guarantee: Guarantee, protocol: Protocol = 'classic') =>
    configured(load, { instance, guarantee, group: { protocol }, transaction: { timeoutMs: 4_000 } });

  /** Further records are committed from now on. */
  async function untilGoingOn(load: FaultLoad, daemon: Daemon): Promise<void> {
    const { done } = await untilCommitted(load, daemon, () => true);
    await untilCommitted(load, daemon, (progress) => progress.done > done);
  }

  /**
   * One instance is suspended until another has taken over and works; then it goes on, finds itself fenced or without
   * its partitions, and takes part again: by itself, or started again.
   */
  async function returns(guarantee: Guarantee, isBusy: boolean, protocol: Protocol = 'classic'): Promise<void> {
    const load = await FaultLoad.create(broker, usualShape);
    const one = instanceOf(load, 'one', guarantee, protocol);
    const two = instanceOf(load, 'two', guarantee, protocol);
    const zombie = startDaemon(one.file);
    await untilShared(load, zombie);
    if (isBusy) {
      load.askSteadily(requestsPerSecond);
      await untilGoingOn(load, zombie);
    } else await untilCommitted(load, zombie, ({ done, total }) => done === total);
    zombie.suspend();
    injected();
    if (!isBusy) load.askSteadily(requestsPerSecond);
    const successor = startDaemon(two.file);
    await untilShared(load, successor);
    await untilGoingOn(load, successor);
    const linesBefore = zombie.lines.length;
    zombie.continue();
    await Promise.race([zombie.exited, zombie.waitFor('lost')]);
    await Promise.race([zombie.exited, untilShared(load, zombie, successor)]);
    const fault = `suspended beyond the session, ${isBusy ? 'busy' : 'idle'} (${guarantee}, ${protocol})`;
    if (zombie.ended) {
      assert.equal((await zombie.exited).code, 76, zombie.tail());
      assert.match(zombie.events('fatal')[0]?.msg ?? '', new RegExp(`^fenced: .*"${load.topics.application}/one/`));
      assert.ok(isBusy && guarantee === 'exactly_once', 'nobody but a transaction that was begun is fenced');
      observed(fault, lastWords(zombie));
    } else {
      const events = zombie.lines.slice(linesBefore).map(({ event }) => event);
      observed(fault, [...new Set(events)].map((event) => `\`${event}\``).join(', '));
    }
    const again = zombie.ended ? startDaemon(one.file) : zombie;
    await untilShared(load, again, successor);
    await drain(again);
    await untilShared(load, successor);
    // Without transactions nothing keeps what it had on the way before it was suspended from coming late.
    const lateWriters = guarantee === 'at_least_once';
    await finish(load, successor, { owner: two, repeats: repeatsOf(guarantee), lateWriters });
  }

  for (const protocol of protocols) {
    it(`commits nothing when it comes back in the middle of a transaction: exactly_once, ${protocol}`, () =>
      returns('exactly_once', true, protocol));
  }

  itInFull('commits nothing when it comes back with nothing on its way: exactly_once', () =>
    returns('exactly_once', false),
  );

  it('repeats at most answers that are equal, and none is lost: at_least_once', () => returns('at_least_once', true));

  it('is fenced by a live one with its name: exit 76 with the transactional.id', async () => {
    const load = await FaultLoad.create(broker, usualShape);
    const one = instanceOf(load, 'one', 'exactly_once');
    const namesake = instanceOf(load, 'one', 'exactly_once');
    const old = startDaemon(one.file);
    await untilShared(load, old);
    load.askSteadily(requestsPerSecond);
    await untilGoingOn(load, old);
    const rival = startDaemon(namesake.file);
    injected();
    assert.deepEqual(await old.exited, { code: 76, signal: null }, old.tail());
    const sentence = new RegExp(`^fenced: another live instance uses .*"${load.topics.application}/one/[01]"`);
    assert.match(old.events('fatal')[0]?.msg ?? '', sentence);
    observed('two live instances with one name', lastWords(old));
    await untilShared(load, rival);
    await finish(load, rival, { owner: namesake });
  });
});
