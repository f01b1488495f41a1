import { type Broker, kafkaOrSkip, startBroker } from '../support/broker.js';
import { killDaemons } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { chosenSeed, Random } from '../support/random.js';
import { isFull, sized } from './support/form.js';
import { FaultLoad } from './support/load.js';
import { configured, type Guarantee, guarantees, usualShape } from './support/run.js';
import { Service } from './support/service.js';
import { injected, observed } from './support/tally.js';

const requestsPerSecond = sized(1_000, 4_000);
const kills = sized(1, 5);
const transactionTimeoutMs = 2_000;

describe('fault: the only broker', () => {
  let broker: Broker;
  before(async function () {
    await kafkaOrSkip(this);
    broker = await startBroker();
  });
  afterEach(async () => {
    await killDaemons();
    broker.continue();
  });
  after(() => broker?.stop());

  /** A daemon at work, and requests that go on coming. */
  async function underLoad(guarantee: Guarantee): Promise<{ load: FaultLoad; service: Service }> {
    const load = await FaultLoad.create(broker, usualShape);
    const service = new Service(configured(load, { guarantee, transaction: { timeoutMs: transactionTimeoutMs } }));
    await service.untilReady();
    load.askSteadily(requestsPerSecond);
    await service.untilGoingOn(load);
    return { load, service };
  }

  for (const guarantee of guarantees) {
    it(`killed -9 and started again: what was acknowledged stays, and each request has its answer: ${guarantee}`, async () => {
      const random = new Random(chosenSeed('moments of kill -9 of the broker'));
      const { load, service } = await underLoad(guarantee);
      for (let kill = 0; kill < kills; kill++) {
        await pause(random.next() * 1_000);
        await broker.kill();
        injected();
        await broker.start();
        await service.untilGoingOn(load);
      }
      observed(`broker killed -9, ${kills} × (${guarantee})`, service.seen(), service.daemon);
      await service.finish(load, guarantee);
    });
  }

  for (const guarantee of isFull ? guarantees : guarantees.slice(0, 1)) {
    it(`suspended beyond the transaction's timeout: each request has its answer: ${guarantee}`, async () => {
      const { load, service } = await underLoad(guarantee);
      broker.suspend();
      injected();
      // Twice the timeout is what a commit waits for.
      await pause(4 * transactionTimeoutMs);
      broker.continue();
      await service.untilGoingOn(load);
      observed(`broker suspended for ${4 * transactionTimeoutMs} ms (${guarantee})`, service.seen(), service.daemon);
      await service.finish(load, guarantee);
    });
  }
});
