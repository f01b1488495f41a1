import type Kafka from 'node-rdkafka';
import { type FatalError, messageOf, temporary } from '../errors.js';

/** A client of node-rdkafka. */
export type Client = Kafka.Producer | Kafka.KafkaConsumer;

/** A topic as the cluster's metadata tells it. */
export interface TopicState {
  readonly partitionCount: number;
  /** Whether every partition has a leader, so that it can be written. */
  readonly isLed: boolean;
}

/**
 * All topics that a connected client may see, by name. They are asked for together: to ask for one by its name would
 * create it. @throws FatalError (75) when no broker answers in time.
 */
export async function clusterTopics(client: Client, timeoutMs: number): Promise<ReadonlyMap<string, TopicState>> {
  const metadata = await new Promise<Kafka.Metadata>((resolve, reject) => {
    client.getMetadata({ allTopics: true, timeout: timeoutMs }, (error, answer) =>
      error ? reject(unreachable(client, error)) : resolve(answer),
    );
  });
  return new Map(
    metadata.topics
      // One that is being deleted is listed without partitions.
      .filter(({ partitions }) => partitions.length > 0)
      .map(({ name, partitions }) => [
        name,
        { partitionCount: partitions.length, isLed: partitions.every(({ leader }) => leader >= 0) },
      ]),
  );
}

/** The sentence for a cluster that doesn't answer `client`, with its bootstrap servers and librdkafka's latest reason. */
function unreachable(client: Client, error: unknown): FatalError {
  // "Timed out" says less than the client's last event: connection refused, authentication failed, name not known.
  const reason = (client.getLastError() as Kafka.LibrdKafkaError | null)?.message ?? messageOf(error);
  return temporary(`No Kafka broker answers at ${bootstrapServers(client)}: ${reason}`, error);
}

/** What the client was told to connect to. node-rdkafka keeps it in a property that its types don't mention. */
export function bootstrapServers(client: Client): string {
  const properties: unknown = 'globalConfig' in client ? client.globalConfig : undefined;
  if (typeof properties !== 'object' || properties === null) return 'the bootstrap servers';
  const servers = 'bootstrap.servers' in properties ? properties['bootstrap.servers'] : undefined;
  return typeof servers === 'string' ? servers : 'the bootstrap servers';
}
