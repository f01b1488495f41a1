import assert from 'node:assert/strict';
import type { Broker } from '../support/broker.js';
import { type Settings, writeConfiguration } from '../support/configuration.js';
import { type Daemon, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { initRecord, loadStartMs, makeInits, makeRequests, requestRecords } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { createAllTopics, type OutputPartitions, type Topics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import type { Init } from '../support/wire.js';
import { drain, expectedOf } from './run.js';

export const partitions = 8;

export type Guarantee = 'exactly_once' | 'at_least_once';
export const guarantees: readonly Guarantee[] = ['exactly_once', 'at_least_once'];

/** Instances of one application, started and stopped under a paced load, whose answers are compared at the end. */
export class LoadedGroup {
  private readonly files = new Map<string, string>();
  private readonly random = new Random(7);
  private rounds = 0;
  private going = true;
  private loading: Promise<void> = Promise.resolve();

  private constructor(
    private readonly broker: Broker,
    readonly topics: Topics,
    private readonly sections: readonly Init[],
    private readonly settings: Settings,
  ) {}

  static async prepare(broker: Broker, settings: Settings, outputs?: OutputPartitions): Promise<LoadedGroup> {
    const topics = await createAllTopics(broker.bootstrapServers, partitions, outputs);
    const sections = makeInits(new Random(8), { sections: 48, rows: 20, seatsPerRow: 50 });
    const inits = sections.map((init) => initRecord(topics, init, loadStartMs));
    await produceAll(broker.bootstrapServers, inits);
    return new LoadedGroup(broker, topics, sections, settings);
  }

  /** Starts an instance of that name, on the state that it left when it ran before under the same `role`. */
  start(instance: string, settings: Settings = {}, role = instance): Daemon {
    return startDaemon(this.configurationOf(instance, settings, role));
  }

  /** The file that an instance of that name is started with. */
  configurationOf(instance: string, settings: Settings = {}, role = instance): string {
    const name = `${role} ${JSON.stringify(settings)}`;
    const given = { ...this.settings, instance, ...settings };
    const file = this.files.get(name) ?? writeConfiguration(this.broker.bootstrapServers, this.topics, given).file;
    this.files.set(name, file);
    return file;
  }

  beginLoad(): void {
    this.loading = this.load();
  }

  /** Resolves when `rounds` more of requests are on their way. */
  async moreLoad(rounds: number): Promise<void> {
    const until = this.rounds + rounds;
    while (this.rounds < until) await Promise.race([pause(50), this.loading]);
  }

  /** Ends the load and waits until it is answered by `daemon` and others. */
  async endLoad(daemon: Daemon): Promise<void> {
    this.going = false;
    await this.loading;
    await untilConsumed(this.broker.bootstrapServers, this.topics, daemon);
  }

  /** Ends the load, waits until it is answered by `last` and others, ends them and compares. */
  async finish(last: Daemon, ...others: Daemon[]): Promise<void> {
    await this.endLoad(last);
    for (const daemon of [...others, last]) await drain(daemon);
    const expected = await expectedOf(this.broker, this.topics);
    assert.equal(expected.answers.size, this.rounds * 500);
    await verify(this.broker.bootstrapServers, this.topics, expected);
  }

  private async load(): Promise<void> {
    const { broker, topics, sections, random } = this;
    for (; this.going; this.rounds += 1) {
      const requests = makeRequests(random, sections, { count: 500, maxSeats: 4, label: `round-${this.rounds}` });
      const startMs = loadStartMs + 60_000 + this.rounds * 1_000;
      await produceAll(broker.bootstrapServers, requestRecords(topics, requests, { startMs, random, jitterMs: 20 }));
      await pause(50);
    }
  }
}

/** Resolves when the daemon has restored `count` distinct partitions in lines after the first `after` ones. */
export async function restored(daemon: Daemon, count: number, after = 0): Promise<void> {
  const owned = () =>
    new Set(
      daemon
        .events('restored')
        .slice(after)
        .map(({ partition }) => partition),
    );
  await daemon.waitFor('restored', () => owned().size >= count);
}
