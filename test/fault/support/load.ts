import { requestsStartMs } from '../../e2e/run.js';
import type { Broker } from '../../support/broker.js';
import { pause } from '../../support/kafka-client.js';
import { initRecord, loadStartMs, makeInits, makeRequest, requestRecord, type Shape } from '../../support/load.js';
import { type NewRecord, produceAll } from '../../support/produce.js';
import { Random } from '../../support/random.js';
import { createAllTopics, type Topics } from '../../support/topics.js';
import type { Init } from '../../support/wire.js';

export type FaultShape = Shape & { readonly partitions: number; readonly maxSeats?: number };

const jitterMs = 20;
const tickMs = 10;

/**
 * What is asked of one application: its sections first, then requests, as a backlog or at a pace while faults happen.
 * The same seed asks the same.
 */
export class FaultLoad {
  private asked = 0;
  private sectionsMade: number;
  /** Set while requests are made at a pace: how many there have to be at least before it may end, once it is to. */
  private steady: { atLeast: number | undefined; readonly done: Promise<void> } | undefined;

  private constructor(
    readonly broker: Pick<Broker, 'bootstrapServers'>,
    readonly topics: Topics,
    readonly sections: readonly Init[],
    private readonly shape: FaultShape,
    private readonly random: Random,
  ) {
    this.sectionsMade = sections.length;
  }

  /** Makes fresh topics and puts the sections into them. */
  static create(broker: Pick<Broker, 'bootstrapServers'>, shape: FaultShape, seed = 1): Promise<FaultLoad> {
    return FaultLoad.on(broker, createAllTopics(broker.bootstrapServers, shape.partitions), shape, seed);
  }

  /** The same on topics that were made otherwise. */
  static async on(
    broker: Pick<Broker, 'bootstrapServers'>,
    topics: Topics | Promise<Topics>,
    shape: FaultShape,
    seed = 1,
  ): Promise<FaultLoad> {
    const random = new Random(seed);
    const load = new FaultLoad(broker, await topics, makeInits(random, shape), shape, random);
    await load.produce(load.sections.map((init, index) => initRecord(load.topics, init, loadStartMs + index)));
    return load;
  }

  get partitions(): number {
    return this.shape.partitions;
  }

  /** The requests made so far. */
  get count(): number {
    return this.asked;
  }

  /** Makes requests as fast as it goes; resolves when the broker has them. */
  ask(count: number): Promise<void> {
    return this.produce(Array.from({ length: count }, () => this.next()));
  }

  /** Goes on making requests in the background, until `finish`. */
  askSteadily(requestsPerSecond: number): void {
    const done = this.produce(this.paced(requestsPerSecond));
    // `finish` tells of a failure.
    done.catch(() => undefined);
    this.steady = { atLeast: undefined, done };
  }

  /** Ends what `askSteadily` began, once there are `atLeast` requests in all; what is missing is made as fast as it goes. */
  async finish(atLeast = 0): Promise<void> {
    if (this.steady === undefined) return this.ask(Math.max(0, atLeast - this.asked));
    this.steady.atLeast = atLeast;
    await this.steady.done;
    this.steady = undefined;
  }

  /** Sets up further sections, which nobody asks for: they make the state grow while the load goes on. */
  async addSections(count: number): Promise<void> {
    const first = this.sectionsMade;
    this.sectionsMade += count;
    const inits = makeInits(new Random(first), { ...this.shape, sections: this.sectionsMade }).slice(first);
    await this.produce(inits.map((init) => initRecord(this.topics, init, requestsStartMs + this.asked)));
  }

  /** The next request. */
  next(): NewRecord {
    const index = this.asked++;
    const { random, sections, shape, topics } = this;
    const request = makeRequest(random, sections, index, { maxSeats: shape.maxSeats ?? 4, label: 'request' });
    return requestRecord(topics, request, requestsStartMs + index + random.whole(-jitterMs, jitterMs));
  }

  produce(records: Iterable<NewRecord> | AsyncIterable<NewRecord>): Promise<void> {
    return produceAll(this.broker.bootstrapServers, records);
  }

  private async *paced(requestsPerSecond: number): AsyncGenerator<NewRecord> {
    const startedMs = performance.now();
    const startedAt = this.asked;
    for (;;) {
      const due = startedAt + ((performance.now() - startedMs) * requestsPerSecond) / 1_000;
      const end = this.steady?.atLeast;
      if (end !== undefined && this.asked >= end) return;
      if (end !== undefined || this.asked < due) yield this.next();
      else await pause(tickMs);
    }
  }
}
