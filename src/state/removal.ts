import { setTimeout as sleep } from 'node:timers/promises';
import type { Long } from '../../workers/avro.js';
import { removalKey } from '../../workers/removal.js';
import { splitSectionKey } from '../../workers/section-key.js';
import { senderProperties } from '../client/properties.js';
import { Sender } from '../client/sender.js';
import { type Config, topicNames } from '../config/schema.js';
import { type ChangelogRecord, ChangelogRecords } from './changelog-records.js';
import { readEntry, type StoredEntry } from './sections.js';

const deliveryTimeoutMs = 10_000;
const lingerMs = 5;
/** Commands that are not acknowledged yet. */
const commandsAtOnce = 1_000;
const pollMs = 250;

/**
 * Removes the sections of an event, on whatever instances they are. Which there are the changelog says, for a host's stores
 * may be old or hold a part only. The removal is a command of the init topic for each section, in the section's own partition:
 * the owner carries it out within a batch, so it is in the changelog, in the stores and behind the input offsets at once.
 */
export class EventRemoval {
  /** The event's sections by partition and key, as they were last committed. */
  private readonly sections = new Map<string, StoredEntry>();
  private readUntil: ReadonlyMap<number, number> = new Map();

  private constructor(
    private readonly event: Long,
    private readonly initTopic: string,
    private readonly sender: Sender,
    private readonly changelog: ChangelogRecords,
  ) {}

  /** Reads all of the changelog. @throws FatalError (75) when no broker answers, (78) when topics are missing */
  static async prepare(config: Config, event: Long): Promise<EventRemoval> {
    const { init } = topicNames(config);
    const sender = await Sender.connect(senderProperties(config, { deliveryTimeoutMs, lingerMs }), [init]);
    const changelog = await ChangelogRecords.connect(config);
    const removal = new EventRemoval(event, init, sender, changelog);
    await removal.follow(new Map(changelog.partitions.map((partition) => [partition, undefined])));
    return removal;
  }

  /** What is still there of the event, by name. */
  get remaining(): readonly StoredEntry[] {
    return [...this.sections.values()].sort((a, b) => Buffer.compare(a.key, b.key));
  }

  /** Sends the commands; they take effect in their turn, also later. */
  async send(): Promise<void> {
    const entries = this.remaining;
    for (let at = 0; at < entries.length; at += commandsAtOnce)
      await Promise.all(
        entries
          .slice(at, at + commandsAtOnce)
          .map(({ key, partition }) => this.sender.send(this.initTopic, removalKey(key.toString()), null, partition)),
      );
  }

  /** Waits until the changelog has the tombstones of all; false when that takes longer than `timeoutMs`. */
  async isDone(timeoutMs: number): Promise<boolean> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      await this.follow(this.readUntil);
      if (this.sections.size === 0) return true;
      if (performance.now() > untilMs) return false;
      await sleep(pollMs);
    }
  }

  async close(): Promise<void> {
    await this.changelog.close();
    await this.sender.close();
  }

  private async follow(from: ReadonlyMap<number, number | undefined>): Promise<void> {
    this.readUntil = await this.changelog.read(from, (record) => this.note(record));
  }

  private note({ partition, key, image }: ChangelogRecord): void {
    if (splitSectionKey(key.toString())?.eventId !== this.event) return;
    const place = `${partition} ${key}`;
    if (image === null) this.sections.delete(place);
    else this.sections.set(place, readEntry(partition, { key: Buffer.from(key), image }));
  }
}
