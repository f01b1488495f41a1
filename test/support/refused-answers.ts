import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import Kafka from 'node-rdkafka';
import type { Broker } from './broker.js';
import { promised, requestTimeoutMs } from './kafka-client.js';
import { kafkaClasspath } from './kafka-jars.js';
import { createInputs, createTopics, nameOutputs, type Topics } from './topics.js';

/** Topics whose results take no record that is larger than a few bytes, so that every transaction has to be aborted. */
export async function topicsThatRefuseAnswers(
  { bootstrapServers }: Pick<Broker, 'bootstrapServers'>,
  partitions: number,
): Promise<Topics> {
  const outputs = nameOutputs();
  await createTopics(bootstrapServers, [
    { topic: outputs.status, partitions, compacted: true },
    { topic: outputs.changelog, partitions, compacted: true },
    { topic: outputs.deadLetters, partitions: 1 },
  ]);
  const admin = Kafka.AdminClient.create({ 'bootstrap.servers': bootstrapServers });
  const results = {
    topic: outputs.results,
    num_partitions: partitions,
    replication_factor: 1,
    config: { 'max.message.bytes': '100' },
  };
  await promised((done) => admin.createTopic(results, requestTimeoutMs, done));
  admin.disconnect();
  return { ...(await createInputs(bootstrapServers, partitions)), ...outputs };
}

/** From now on they take answers. */
export async function allowAnswers(
  { bootstrapServers }: Pick<Broker, 'bootstrapServers'>,
  { results }: Topics,
): Promise<void> {
  const change = ['--alter', '--entity-type', 'topics', '--entity-name', results];
  const command = ['kafka.admin.ConfigCommand', '--bootstrap-server', bootstrapServers, ...change];
  const setting = ['--add-config', 'max.message.bytes=1048588'];
  await promisify(execFile)('java', ['-cp', await kafkaClasspath(), ...command, ...setting]);
}
