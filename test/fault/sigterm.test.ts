import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { drain } from '../e2e/run.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { allowAnswers, topicsThatRefuseAnswers } from '../support/refused-answers.js';
import { sized } from './support/form.js';
import { FaultLoad } from './support/load.js';
import { configured, finish, untilShare, untilShared, usualRequests, usualShape } from './support/run.js';
import { injected, lastWords, observed } from './support/tally.js';

describe('fault: SIGTERM on a path that is rarely taken', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** Sends SIGTERM at the first line of this event; the daemon ends in order, within shutdown.timeoutMs, or with 75. */
  async function stoppedAt(daemon: Daemon, event: string): Promise<void> {
    await daemon.waitFor(event);
    injected();
    await drain(daemon);
    assert.equal(daemon.events('stopped').length, 1, daemon.tail());
    observed(`SIGTERM at \`${event}\``, lastWords(daemon));
  }

  it('while it starts, and while it restores: it ends with 0, and the next start answers everything once', async () => {
    const load = await FaultLoad.create(broker, usualShape);
    await load.ask(usualRequests);
    const configuration = configured(load);
    const killed = startDaemon(configuration.file);
    await untilShare(load, killed, 0.6);
    await killed.kill();
    rmSync(configuration.stateDirectory, { recursive: true });
    for (const event of ['starting', 'assigned', 'restoring']) {
      const stopped = startDaemon(configuration.file);
      await stoppedAt(stopped, event);
      assert.deepEqual(stopped.events('ready'), [], stopped.tail());
    }
    const daemon = startDaemon(configuration.file);
    await daemon.waitFor('ready');
    await finish(load, daemon, { owner: configuration });
  });

  it('while partitions move: either side ends with 0, and the other answers everything once', async () => {
    const load = await FaultLoad.create(broker, usualShape);
    const one = configured(load, { instance: 'one' });
    const two = configured(load, { instance: 'two' });
    const giving = startDaemon(one.file);
    await untilShared(load, giving);
    load.askSteadily(sized(1_000, 4_000));
    const second = startDaemon(two.file);
    await stoppedAt(giving, 'revoked');
    await untilShared(load, second);
    const taking = startDaemon(one.file);
    await stoppedAt(taking, 'assigned');
    await untilShared(load, second);
    await finish(load, second, { owner: two });
  });

  it('while it aborts a transaction: it ends with 0, and once Kafka accepts them every answer is given once', async () => {
    const topics = await topicsThatRefuseAnswers(broker, usualShape.partitions);
    const load = await FaultLoad.on(broker, topics, usualShape);
    await load.ask(usualRequests);
    const configuration = configured(load);
    await stoppedAt(startDaemon(configuration.file), 'aborted');
    await allowAnswers(broker, topics);
    const daemon = startDaemon(configuration.file);
    await daemon.waitFor('ready');
    await finish(load, daemon, { owner: configuration });
  });
});
