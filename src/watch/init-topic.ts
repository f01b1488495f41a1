import { Follower } from '../client/follower.js';
import { decodeInit } from '../client/records.js';
import type { Properties } from '../kafka/properties.js';
import type { SeatFeed, SectionSeats } from './feeds.js';

const recordLimit = 5_000;
const waitMs = 200;
/** OFFSET_BEGINNING. */
const beginning = -2;

/**
 * Reads the seats of sections from the init topic, for the slim status has only those that are left. The last command for
 * a section is the one in force (unless the daemon refused it).
 */
export class InitTopic implements SeatFeed {
  private listener: (section: SectionSeats) => void = () => undefined;
  private readonly end: Promise<void>;
  private markReady: () => void = () => undefined;
  private readonly isReady: Promise<void>;
  private isClosing = false;

  private constructor(
    private readonly follower: Follower,
    private readonly topic: string,
    private readonly partitionCount: number,
  ) {
    this.isReady = new Promise((resolve) => {
      this.markReady = resolve;
    });
    this.end = this.read();
  }

  /** Undefined where the topic is missing, or hidden from this client. @throws FatalError (75) when no broker answers */
  static async open(properties: Properties, topic: string): Promise<InitTopic | undefined> {
    const follower = await Follower.connect(properties);
    const partitionCount = (await follower.topics()).get(topic)?.partitionCount ?? 0;
    if (partitionCount > 0) return new InitTopic(follower, topic, partitionCount);
    await follower.close();
    return undefined;
  }

  follow(listener: (section: SectionSeats) => void): void {
    this.listener = listener;
  }

  ready(): Promise<void> {
    return this.isReady;
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await this.end;
    await this.follower.close();
  }

  private async read(): Promise<void> {
    const partitions = Array.from({ length: this.partitionCount }, (_, partition) => partition);
    this.follower.follow(partitions.map((partition) => ({ topic: this.topic, partition, offset: beginning })));
    try {
      while (!this.isClosing) {
        for (const { value } of await this.follower.next(recordLimit, waitMs)) this.take(value);
        if (partitions.every((partition) => this.follower.end(this.topic, partition) !== undefined)) this.markReady();
      }
    } catch {
      // Denied, or deleted. What the totals are is a nicety: the board goes on, with the largest counts seen.
    } finally {
      this.markReady();
    }
  }

  private take(value: Buffer | null): void {
    if (value === null) return;
    try {
      const { eventId, section, rows, seatsPerRow } = decodeInit(value);
      this.listener({ eventId, section, seats: rows > 0 && seatsPerRow > 0 ? rows * seatsPerRow : 0 });
    } catch {
      // The daemon makes a dead letter of it.
    }
  }
}
