import Kafka from 'node-rdkafka';
import { silentLog } from '../client/silent-log.js';
import { type Config, topicNames } from '../config/schema.js';
import { consumerConfiguration, producerConfiguration } from '../kafka/client-configuration.js';
import { connect, disconnect } from '../kafka/connect.js';
import { loadNative } from '../kafka/native.js';
import { inputProperties, outputProperties } from '../kafka/properties.js';
import { HttpRegistry } from '../registry/http-registry.js';
import { bootstrapServers, type Client } from '../topics/cluster-topics.js';
import { type Finding, failed, ok } from './finding.js';
import { registryFindings } from './registry.js';
import { rightsFindings } from './rights.js';
import { stateFindings } from './state.js';
import { topicFindings } from './topics.js';

const stepTimeoutMs = 10_000;

/**
 * Tries what a start needs beyond a right configuration, and changes nothing: no group is joined, no transactional.id is taken, nothing
 * is written. Both kinds of clients connect, since each may have credentials of its own.
 */
export async function connectFindings(config: Config): Promise<Finding[]> {
  const local = stateFindings(config.state.directory, config.application);
  // The transactional.id is left out: this producer is never initialised, and must not look like one that will be.
  const { 'transactional.id': _, 'transaction.timeout.ms': __, ...output } = outputProperties(config);
  const producer = new Kafka.Producer(...producerConfiguration(output));
  const consumer = new Kafka.KafkaConsumer(...consumerConfiguration(inputProperties(config, false)));
  try {
    const [written, read, registry] = await Promise.all([
      brokerFinding('brokers, as a producer', producer),
      brokerFinding('brokers, as a consumer', consumer),
      config.avro.framing === 'none' ? [] : registryFindings(config, new HttpRegistry(config.avro.registry)),
    ]);
    const cluster = written.verdict === 'ok' ? await clusterFindings(producer, config) : [];
    return [...local, written, read, ...registry, ...cluster];
  } finally {
    await Promise.all([disconnect(producer), disconnect(consumer)]);
  }
}

async function brokerFinding(subject: string, client: Client): Promise<Finding> {
  try {
    await connect(client, silentLog);
    const native = loadNative();
    const clusterId = 'unavailable' in native ? '' : await native.clusterId(client, stepTimeoutMs);
    return ok(subject, `${bootstrapServers(client)} answers${clusterId === '' ? '' : `, cluster ${clusterId}`}`);
  } catch (error) {
    return failed(subject, error);
  }
}

async function clusterFindings(client: Client, config: Config): Promise<Finding[]> {
  const names = topicNames(config);
  try {
    const topics = await topicFindings(client, names, stepTimeoutMs);
    return [...topics, ...(await rightsFindings(client, config, names, stepTimeoutMs))];
  } catch (error) {
    return [failed('topics', error)];
  }
}
