import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import Kafka from 'node-rdkafka';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { promised, requestTimeoutMs } from '../support/kafka-client.js';
import { kafkaClasspath } from '../support/kafka-jars.js';
import { Random } from '../support/random.js';
import { createInputs, createTopics, nameOutputs, type Topics } from '../support/topics.js';
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

  /** The results' topic takes no record that is larger than a few bytes, so every transaction has to be aborted. */
  async function topicsThatRefuseAnswers(): Promise<Topics> {
    const outputs = nameOutputs();
    await createTopics(broker.bootstrapServers, [
      { topic: outputs.status, partitions, compacted: true },
      { topic: outputs.changelog, partitions, compacted: true },
      { topic: outputs.deadLetters, partitions: 1 },
    ]);
    const admin = Kafka.AdminClient.create({ 'bootstrap.servers': broker.bootstrapServers });
    const results = {
      topic: outputs.results,
      num_partitions: partitions,
      replication_factor: 1,
      config: { 'max.message.bytes': '100' },
    };
    await promised((done) => admin.createTopic(results, requestTimeoutMs, done));
    admin.disconnect();
    return { ...(await createInputs(broker.bootstrapServers, partitions)), ...outputs };
  }

  async function allowAnswers({ results }: Topics): Promise<void> {
    const change = ['--alter', '--entity-type', 'topics', '--entity-name', results];
    const command = ['kafka.admin.ConfigCommand', '--bootstrap-server', broker.bootstrapServers, ...change];
    const setting = ['--add-config', 'max.message.bytes=1048588'];
    await promisify(execFile)('java', ['-cp', await kafkaClasspath(), ...command, ...setting]);
  }

  it('aborts five times and ends with 70, naming the offsets; once it is accepted, each request has one answer', async () => {
    const topics = await topicsThatRefuseAnswers();
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

    await allowAnswers(topics);
    await consumeAll(broker, topics, configuration);
    await verify(broker.bootstrapServers, topics, await expectedOf(broker, topics));
  });
});
