import { setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import { messageOf, needsPerson, temporary } from '../errors.js';
import type { Admin, NewTopic } from '../kafka/admin.js';
import { codeOf, isKafkaError, isUnauthorized, kafkaFailure } from '../kafka/failure.js';
import type { DescribedTopic } from '../kafka/native-admin.js';
import { bootstrapServers } from './cluster-topics.js';
import { type Asking, describeTopics } from './describe-topics.js';
import type { RecreationCluster } from './recreate-topic.js';
import type { TopicDescription } from './topic-description.js';

const pollMs = 50;
/** How long the brokers may take to learn of a deletion or a creation. */
const propagationTimeoutMs = 60_000;

/** A real cluster, by node-rdkafka's admin client and the addon. */
export class KafkaRecreation implements RecreationCluster {
  constructor(
    private readonly asking: Asking,
    private readonly admin: Admin,
  ) {}

  async describe(topic: string): Promise<TopicDescription> {
    return (await describeTopics(this.asking, [topic]))[0] as TopicDescription;
  }

  async validate(topic: NewTopic): Promise<void> {
    const { client, native, timeoutMs } = this.asking;
    // The name itself is taken. This one stays within what ACLs with a prefix allow.
    const name = `${topic.name.slice(0, 230)}.validate`;
    await native.validateTopic(client, { ...topic, name }, timeoutMs).catch((error: unknown) => {
      if (!isKafkaError(error)) throw error;
      // The right to create this one name may be there nevertheless.
      if (isUnauthorized(error) || codeOf(error) === Kafka.CODES.ERRORS.ERR_TOPIC_ALREADY_EXISTS) return;
      if (codeOf(error) < 0) throw kafkaFailure('The controller did not answer, and nothing was changed', error);
      throw needsPerson(
        `The cluster would not create ${topic.name} so, and nothing was changed: ${messageOf(error)}`,
        error,
      );
    });
  }

  async delete(topic: string): Promise<void> {
    await this.admin.deleteTopic(topic).catch((error: unknown) => {
      throw kafkaFailure(`The controller did not confirm that ${topic} is deleted`, error);
    });
  }

  untilGone(topic: string, id: string): Promise<number> {
    return this.untilEveryBroker(
      topic,
      (described) => 'error' in described || described.id !== id,
      'still knows the topic',
    );
  }

  async create(topic: NewTopic): Promise<void> {
    await this.admin.createTopic(topic).catch((error: unknown) => {
      throw kafkaFailure(`${topic.name} was not created`, error);
    });
  }

  untilThere({ name, partitions: count }: NewTopic): Promise<number> {
    return this.untilEveryBroker(
      name,
      (described) =>
        'partitions' in described &&
        described.partitions.length === count &&
        described.partitions.every(({ leader }) => leader >= 0),
      'does not know a leader of every partition yet',
    );
  }

  /**
   * A broker that has not heard of it yet would tell producers and consumers the old truth. One that goes away meanwhile
   * is not waited for: it learns what happened before it is let in again.
   */
  private async untilEveryBroker(
    topic: string,
    isSo: (described: DescribedTopic) => boolean,
    otherwise: string,
  ): Promise<number> {
    const deadlineMs = performance.now() + propagationTimeoutMs;
    for (;;) {
      const ids = await this.brokers();
      const answers = await Promise.all(ids.map((id) => this.askBroker(id, topic)));
      const lacking = ids.filter((_, at) => {
        const answer = answers[at];
        return answer === undefined || !isSo(answer);
      });
      if (lacking.length === 0) return ids.length;
      if (performance.now() > deadlineMs)
        throw temporary(`broker ${lacking.join(', ')} ${otherwise}, after ${propagationTimeoutMs / 1_000} s.`);
      await sleep(pollMs);
    }
  }

  /** Undefined when it does not answer. */
  private async askBroker(id: number, topic: string): Promise<DescribedTopic | undefined> {
    const { client, native, timeoutMs } = this.asking;
    try {
      return (await native.describeTopics(client, [topic], id, timeoutMs)).get(topic);
    } catch (error) {
      if (!isKafkaError(error)) throw error;
      return undefined;
    }
  }

  private brokers(): Promise<number[]> {
    const { client, timeoutMs } = this.asking;
    return new Promise((resolve, reject) => {
      client.getMetadata({ allTopics: true, timeout: timeoutMs }, (error, { brokers } = { brokers: [] } as never) =>
        error
          ? reject(kafkaFailure(`${bootstrapServers(client)} did not tell its brokers`, error))
          : resolve(brokers.map(({ id }) => id)),
      );
    });
  }
}
