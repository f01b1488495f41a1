import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { chosenSeed, Random } from '../support/random.js';
import { sized } from './support/form.js';
import { FaultLoad } from './support/load.js';
import {
  configured,
  finish,
  type Guarantee,
  guarantees,
  repeatsOf,
  restoredFrom,
  untilShare,
  usualRequests,
  usualShape,
} from './support/run.js';
import { injected, observed } from './support/tally.js';

const killsOf = (guarantee: Guarantee): number => sized(guarantee === 'exactly_once' ? 3 : 1, 20);

describe('fault: kill -9 of the daemon', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** Resolves at a random moment: mostly in the middle of the load, sometimes of the start. */
  async function moment(random: Random, load: FaultLoad, daemon: Daemon, share: number): Promise<void> {
    if (random.next() < 0.3) {
      await daemon.waitFor(random.pick(['starting', 'assigned', 'restored']));
      await pause(random.next() * 200);
    } else {
      await untilShare(load, daemon, share);
      await pause(random.next() * 30);
    }
  }

  for (const guarantee of guarantees) {
    const kills = killsOf(guarantee);
    it(`at ${kills} random moments: every answer is given, by the model: ${guarantee}`, async () => {
      const random = new Random(chosenSeed('moments of kill -9'));
      const load = await FaultLoad.create(broker, usualShape);
      await load.ask(usualRequests);
      const configuration = configured(load, { guarantee, status: { emit: 'every' } });
      let daemon = startDaemon(configuration.file);
      for (let kill = 0; kill < kills; kill++) {
        await moment(random, load, daemon, (kill + 0.2 + random.next() * 0.6) / (kills + 1));
        assert.deepEqual(await daemon.kill(), { code: null, signal: 'SIGKILL' });
        injected();
        daemon = startDaemon(configuration.file);
      }
      await daemon.waitFor('ready');
      observed(`kill -9 (${guarantee})`, restoredFrom(daemon), daemon);
      await finish(load, daemon, { owner: configuration, emit: 'every', repeats: repeatsOf(guarantee) });
    });
  }
});
