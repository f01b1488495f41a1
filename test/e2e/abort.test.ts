import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { Random } from '../support/random.js';
import { allowAnswers, topicsThatRefuseAnswers } from '../support/refused-answers.js';
import { verify } from '../support/verify.js';
import { describeForEachIo } from './io.js';
import { consumeAll, expectedOf, loadInputs } from './run.js';

const partitions = 4;

describeForEachIo('a batch that Kafka refuses', (io) => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  it('aborts five times and ends with 70, naming the offsets; once it is accepted, each request has one answer', async () => {
    const topics = await topicsThatRefuseAnswers(broker, partitions);
    const shape = { sections: 8, rows: 10, seatsPerRow: 20, requests: 2_000 };
    await loadInputs(broker, topics, new Random(13), shape);
    const configuration = writeConfiguration(broker.bootstrapServers, topics, { io });

    const refused = startDaemon(configuration.file);
    assert.deepEqual(await refused.exited, { code: 70, signal: null }, refused.tail());
    assert.deepEqual(
      // The count begins anew where the inits, which nothing refuses, went into a transaction of their own.
      refused
        .events('aborted')
        .map(({ attempts }) => attempts)
        .slice(-4),
      [1, 2, 3, 4],
      refused.tail(),
    );
    assert.match(
      refused.events('fatal')[0]?.msg ?? '',
      /5 times in a row: partition \d+ from offsets init \d+, requests 0/,
    );

    await allowAnswers(broker, topics);
    await consumeAll(broker, topics, configuration);
    await verify(broker.bootstrapServers, topics, await expectedOf(broker, topics));
  });
});
