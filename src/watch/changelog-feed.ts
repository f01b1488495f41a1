import { crc32 } from 'node:zlib';
import { ImageError, imageSeats } from '../../workers/image.js';
import { splitSectionKey } from '../../workers/section-key.js';
import { LoadProgress } from '../client/load-progress.js';
import { readerProperties } from '../client/properties.js';
import type { CommittedRecord } from '../client/status-source.js';
import { TopicReader } from '../client/topic-reader.js';
import { ExitCode, FatalError } from '../errors.js';
import type { Properties } from '../kafka/properties.js';
import type { SeatFeed, SectionSeats } from './feeds.js';

const recordLimit = 5_000;
const waitMs = 200;

/**
 * Reads the seats of sections from the changelog, for the slim status has only those that are left. The init topic would
 * tell them too, but not which of its commands the daemon refused, or has not carried out yet.
 */
export class ChangelogFeed implements SeatFeed {
  private listener: (section: SectionSeats) => void = () => undefined;
  /** The latest of each section, until all were read: older ones are of no use to anybody. */
  private loading: Map<string, SectionSeats> | undefined = new Map();
  private readonly end: Promise<void>;
  private markReady: () => void = () => undefined;
  private readonly isReady: Promise<void>;
  private isClosing = false;

  private constructor(private readonly reader: TopicReader) {
    this.isReady = new Promise((resolve) => {
      this.markReady = resolve;
    });
    this.end = this.read();
  }

  /** Undefined where the topic is missing, or hidden from this client. @throws FatalError (75) when no broker answers */
  static async open(properties: Properties, topic: string): Promise<ChangelogFeed | undefined> {
    try {
      const reader = await TopicReader.connect({ properties: readerProperties(properties), topic, from: 'beginning' });
      return new ChangelogFeed(reader);
    } catch (error) {
      if (error instanceof FatalError && error.exitCode === ExitCode.configuration) return undefined;
      throw error;
    }
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
    await this.reader.close();
  }

  private async read(): Promise<void> {
    const { reader } = this;
    const progress = new LoadProgress(Array.from({ length: reader.partitionCount }, (_, partition) => partition));
    try {
      while (!this.isClosing) {
        for (const record of await reader.next(recordLimit, waitMs)) this.take(record);
        if (this.loading === undefined) continue;
        for (const position of reader.positions()) progress.note(position);
        if (progress.isDone) this.finishLoading();
      }
    } catch {
      // Denied, or deleted. What the totals are is a nicety: the board goes on, with the largest counts seen.
    } finally {
      this.finishLoading();
    }
  }

  private finishLoading(): void {
    const loaded = this.loading;
    this.loading = undefined;
    for (const section of loaded?.values() ?? []) this.listener(section);
    this.markReady();
  }

  private take({ key, value }: CommittedRecord): void {
    const text = key.toString();
    const split = splitSectionKey(text);
    if (split === undefined) return;
    try {
      const image = value === null ? undefined : imageOf(key, value);
      const section = { eventId: split.eventId, section: split.name, image };
      if (this.loading === undefined) this.listener(section);
      else this.loading.set(text, section);
    } catch (error) {
      // A damaged one, which stops a daemon that has to read it. Here it tells nothing.
      if (!(error instanceof ImageError)) throw error;
    }
  }
}

function imageOf(key: Buffer, value: Buffer): SectionSeats['image'] {
  const { seats, available, lastTimestampMs } = imageSeats(crc32(key), value);
  return { seats, available, timestampMs: lastTimestampMs };
}
