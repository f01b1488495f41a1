import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { type Daemon, killDaemons, type LogLine, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { watchProgress } from '../support/progress.js';
import { chosenSeed, Random } from '../support/random.js';
import type { Topics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import { describeForEachIo } from './io.js';
import { mainLoad } from './main-load.js';
import { consumeAll, drain } from './run.js';

// Batches small enough that there are always some in flight.
const batch = { maxMessages: 2_000 };

describeForEachIo('main job, interrupted', (io, itOnce) => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** Resolves at a random moment in the middle of the load. */
  async function somewhere(random: Random, topics: Topics, daemon: Daemon): Promise<void> {
    const share = 0.05 + random.next() * 0.6;
    const { done, total } = await watchProgress(broker.bootstrapServers, topics, {
      enough: (progress) => progress.done >= progress.total * share,
      daemon,
    });
    assert.ok(done < total, 'the load was over before it could be interrupted');
    await pause(random.next() * 30);
  }

  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    itOnce(`SIGTERM in the middle ends with 0, and a second start finishes: ${guarantee}`, async () => {
      const random = new Random(chosenSeed('moment of SIGTERM'));
      const { topics, expected } = await mainLoad(broker);
      const configuration = writeConfiguration(broker.bootstrapServers, topics, { io, guarantee, batch });
      const daemon = startDaemon(configuration.file);
      await somewhere(random, topics, daemon);
      await drain(daemon);
      const second = await consumeAll(broker, topics, configuration);
      assert.deepEqual(readFromChangelog(second), [], 'an orderly end leaves nothing to restore');
      await verify(broker.bootstrapServers, topics, expected);
    });

    it(`kill -9 at a random moment, and a second start finishes: ${guarantee}`, async () => {
      const random = new Random(chosenSeed('moment of kill -9'));
      const { topics, expected } = await mainLoad(broker);
      const settings = { io, guarantee, batch, status: { emit: 'every' } };
      const configuration = writeConfiguration(broker.bootstrapServers, topics, settings);
      const daemon = startDaemon(configuration.file);
      await somewhere(random, topics, daemon);
      assert.deepEqual(await daemon.kill(), { code: null, signal: 'SIGKILL' });
      await consumeAll(broker, topics, configuration);
      const repeats = guarantee === 'exactly_once' ? 'none' : 'identical';
      await verify(broker.bootstrapServers, topics, expected, { emit: 'every', repeats });
    });
  }
});

const readFromChangelog = (daemon: Daemon): LogLine[] =>
  daemon.events('restored').filter(({ source }) => source === 'changelog');
