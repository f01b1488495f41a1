import { topicNames } from '../config/schema.js';
import { type FatalError, needsPerson } from '../errors.js';
import type { KafkaOutput } from '../kafka/kafka-output.js';
import { onAllSlots, type Slots } from '../slots/slots.js';
import { inspectTopics } from '../topics/inspect-topics.js';
import type { PartitionCounts } from '../topics/verify-topics.js';
import type { Producers } from './outputs.js';
import type { Foundation } from './parts.js';

const topicsTimeoutMs = 10_000;

export type OutputTopicsOptions = Foundation & {
  readonly producers: Producers;
  readonly onFatal: (error: FatalError) => void;
};

/** Outputs are the roles whose partitions may change while nothing is in flight. */
const outputs = ['results', 'status', 'deadLetters'] as const;

/** The topics as they were found, at the start and since. */
export class OutputTopics {
  private constructor(
    private readonly options: OutputTopicsOptions,
    private counts: PartitionCounts,
  ) {}

  /** Verifies all six. @throws FatalError (78) naming what is wrong, (75) when no broker answers */
  static async inspect(options: OutputTopicsOptions): Promise<OutputTopics> {
    return new OutputTopics(options, await inspect(options, options.producers.client));
  }

  get partitionCounts(): PartitionCounts {
    return this.counts;
  }

  /**
   * While nothing is in flight: verifies all six as at the start, takes up fresh producers, and tells the slots the
   * outputs' partitions.
   *
   * @param use is given the fresh producers
   * @throws FatalError (78) naming what is wrong; then nothing has changed
   */
  async refresh(slots: Slots, use: (outputs: readonly [KafkaOutput, ...KafkaOutput[]]) => void): Promise<void> {
    const { producers, onFatal } = this.options;
    let found = this.counts;
    const verify = async (client: KafkaOutput['client']): Promise<void> => {
      found = await this.inspectAgain(client);
    };
    use(await producers.renew(verify, onFatal));
    this.counts = found;
    const { results, status, deadLetters } = found;
    const settings = { partitionCounts: { results, status, deadLetters } };
    await onAllSlots(slots, { kind: 'configure', settings });
  }

  /** @throws FatalError (78) when the topics are not as they were found before */
  async verify(): Promise<void> {
    const found = await this.inspectAgain(this.options.producers.client);
    const names = topicNames(this.options.config);
    const changed = outputs.filter((role) => found[role] !== this.counts[role]);
    if (changed.length === 0) return;
    const what = changed.map((role) => `${names[role]} has ${found[role]} partitions now and had ${this.counts[role]}`);
    throw needsPerson(`${what.join(', ')}: \`seatmapd pause\` first, and \`seatmapd resume\` afterwards`);
  }

  private async inspectAgain(client: KafkaOutput['client']): Promise<PartitionCounts> {
    const found = await inspect(this.options, client);
    const names = topicNames(this.options.config);
    if (found.requests === this.counts.requests) return found;
    throw needsPerson(
      `${names.init} and ${names.requests} have ${found.requests} partitions now and had ${this.counts.requests}: keys moved to other partitions, away from their sections`,
    );
  }
}

async function inspect({ config, log }: Foundation, client: KafkaOutput['client']): Promise<PartitionCounts> {
  const { partitionCounts, warnings } = await inspectTopics(client, topicNames(config), topicsTimeoutMs);
  for (const warning of warnings) log.warn('topicsUnverified', {}, warning);
  return partitionCounts;
}
