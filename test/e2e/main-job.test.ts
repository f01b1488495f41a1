import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { killDaemons } from '../support/daemon.js';
import { verify } from '../support/verify.js';
import { describeForEachIo } from './io.js';
import { mainLoad } from './main-load.js';
import { runOnce } from './run.js';

describeForEachIo('main job: 200,000 requests over 32 partitions on a real Kafka', (io) => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    // Every pair in one mode, every value of each in the other.
    const both = ['latest', 'every'] as const;
    for (const emit of io === 'packed' ? both : [both[guarantee === 'exactly_once' ? 1 : 0]]) {
      it(`answers equal the model's and the last status its counts: ${guarantee}, ${emit}`, async () => {
        const { topics, expected } = await mainLoad(broker);
        assert.equal(expected.answers.size, 200_000);
        await runOnce(broker, topics, { io, guarantee, status: { emit } });
        await verify(broker.bootstrapServers, topics, expected, { emit });
      });
    }
  }
});
