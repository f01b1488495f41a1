import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { killDaemons } from '../support/daemon.js';
import { verify } from '../support/verify.js';
import { mainLoad } from './main-load.js';
import { runOnce } from './run.js';

describe('main job: 200,000 requests over 32 partitions on a real Kafka', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    for (const emit of ['latest', 'every'] as const) {
      it(`answers equal the model's and the last status its counts: ${guarantee}, ${emit}`, async () => {
        const { topics, expected } = await mainLoad(broker);
        assert.equal(expected.answers.size, 200_000);
        await runOnce(broker, topics, { guarantee, status: { emit } });
        await verify(broker.bootstrapServers, topics, expected, { emit });
      });
    }
  }
});
