import { join } from 'node:path';
import { type SecuredListener, securedProperties } from './secured-listener.js';

/** Settings of a broker by their Kafka names. */
export type BrokerSettings = Readonly<Record<string, string | number | boolean>>;

export type NodeLayout = {
  readonly nodeId: number;
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Of all nodes, this one included: `id@host:port`, separated by commas. */
  readonly voters: string;
  /** Copies of each partition of the internal topics; one fewer has to be in sync. */
  readonly replication: number;
  /** Beside the plain listener, for clients that prove who they are. */
  readonly secured?: SecuredListener | undefined;
  /** These win over all others. */
  readonly settings?: BrokerSettings | undefined;
};

export const dataDirectoryIn = (folder: string): string => join(folder, 'data');

/** The server.properties of one node, broker and controller, tuned for tests: small, quick, and nothing is ever deleted. */
export function serverProperties(layout: NodeLayout): string {
  const { nodeId, folder, port, controllerPort, voters, replication, secured, settings } = layout;
  const inSync = Math.max(1, replication - 1);
  const securedUrl = secured === undefined ? '' : `,SECURED://localhost:${secured.port}`;
  const properties: BrokerSettings = {
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': voters,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${securedUrl}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${securedUrl}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL',
    'log.dirs': dataDirectoryIn(folder),
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 8,
    'offsets.topic.replication.factor': replication,
    'transaction.state.log.num.partitions': 8,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // KIP-848 leaves both to the broker. The tests' classic members have the same.
    'group.consumer.min.session.timeout.ms': 6_000,
    'group.consumer.session.timeout.ms': 6_000,
    'group.consumer.min.heartbeat.interval.ms': 500,
    'group.consumer.heartbeat.interval.ms': 500,
    // A test that waits for a dead member or a dead transaction waits seconds, where its timeouts are that short.
    'group.min.session.timeout.ms': 1_000,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 500,
    'log.retention.ms': -1,
    'log.retention.bytes': -1,
    // A transaction's marker bears the time of day; after records of a past date it would roll the segment, and a rolled
    // segment may be compacted: the tests read every status there was.
    'log.roll.ms': 50 * 365 * 24 * 3_600_000,
    'log.segment.delete.delay.ms': 1000,
    'log.index.size.max.bytes': 1048576,
    'log.cleaner.dedupe.buffer.size': 16777216,
    // Where a test's own topic may be compacted, it need not wait for a quarter of a minute.
    'log.cleaner.backoff.ms': 250,
    ...(secured === undefined ? {} : securedProperties(secured)),
    ...settings,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
