import Kafka from 'node-rdkafka';
import { connected, promised, requestTimeoutMs } from '../../test/support/kafka-client.js';

/** Deletes the topics whose names begin with `prefix`, so that what one run wrote is not on the disk in the next. */
export async function deleteTopics(bootstrapServers: string, prefix: string): Promise<void> {
  const client = new Kafka.Producer({ 'bootstrap.servers': bootstrapServers });
  const names = await connected(client, async () => {
    const metadata = await promised<Kafka.Metadata>((done) =>
      client.getMetadata({ allTopics: true, timeout: requestTimeoutMs }, done),
    );
    return metadata.topics.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  });
  const admin = Kafka.AdminClient.create({ 'bootstrap.servers': bootstrapServers });
  try {
    await Promise.all(names.map((name) => promised((done) => admin.deleteTopic(name, requestTimeoutMs, done))));
  } finally {
    admin.disconnect();
  }
}
