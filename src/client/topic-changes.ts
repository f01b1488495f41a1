import { type ClientLine, sentenceOf } from '../kafka/connection-failures.js';

/** A topic id of zeros, which librdkafka has before it was told one. */
const noId = /^A+$/;

/**
 * Notices that a topic is not the one any more whose offsets a consumer knows: it was deleted and made anew, or has other
 * partitions. A consumer that goes on regardless reads the new log from the old log's offset on, and misses what is
 * before it (librdkafka 2.12: "an offset reset must be triggered", rdkafka_topic.c). Only librdkafka learns a topic's id (KIP-516),
 * from its metadata, which it asks for as soon as a fetch is refused; it tells in lines of the debug context `topic`.
 */
export class TopicChanges {
  private partitionCount = 0;
  private wasMissing = false;
  private change: string | undefined;

  constructor(private readonly topic: string) {}

  /** What happened to the topic, once something has. */
  get happened(): string | undefined {
    return this.change;
  }

  /** Whether the topic is not there at the moment. */
  get isMissing(): boolean {
    return this.wasMissing && this.partitionCount === 0;
  }

  note(line: ClientLine): void {
    const sentence = sentenceOf(line);
    const [, topic, idBefore, id] = /^Topic (\S+) changed id from (\S+) to (\S+)$/.exec(sentence) ?? [];
    if (topic === this.topic && idBefore !== undefined && !noId.test(idBefore) && idBefore !== id)
      this.change = `${topic} was deleted and made anew`;
    const [, counted, from, to] = /^Topic (\S+) partition count changed from (\d+) to (\d+)$/.exec(sentence) ?? [];
    if (counted === this.topic) this.count(Number(from), Number(to));
  }

  private count(from: number, to: number): void {
    if (to === 0) this.wasMissing = true;
    // Of brokers without topic ids a topic that comes back is a new one, too.
    else if (from > 0 || this.wasMissing) this.change ??= `${this.topic} has ${to} partitions now`;
    this.partitionCount = to;
  }
}
