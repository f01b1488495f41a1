import type { ReservationResult } from '../../workers/avro.js';
import { partitionOf } from '../../workers/murmur2.js';
import { needsPerson, temporary } from '../errors.js';
import type { Properties } from '../kafka/properties.js';
import { Follower } from './follower.js';
import { LoadProgress, type ReadPosition } from './load-progress.js';
import type { ReservationCodec } from './reservation-codec.js';

const recordLimit = 5_000;
const waitMs = 50;
/** Clocks differ, and a topic may date its records itself: so far before a time is looked as well. */
const marginMs = 60_000;

/** Looks answers up in the results topic, one after the other, each on a consumer of its own, which knows no older end. */
export class Outcomes {
  private latest: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly properties: Properties,
    private readonly topic: string,
    private readonly codec: ReservationCodec,
  ) {}

  /**
   * Reads the partition that the answer belongs to, to the end that it has now, or from the first record dated `sinceMs` on.
   * @throws FatalError (75) when that can't be done within `timeoutMs`
   */
  find(reservationId: string, sinceMs: number | undefined, timeoutMs: number): Promise<ReservationResult | undefined> {
    const found = this.latest.then(() => this.read(reservationId, sinceMs, timeoutMs));
    this.latest = found.catch(() => undefined);
    return found;
  }

  async close(): Promise<void> {
    await this.latest;
  }

  private async read(
    reservationId: string,
    sinceMs: number | undefined,
    timeoutMs: number,
  ): Promise<ReservationResult | undefined> {
    const deadlineMs = performance.now() + timeoutMs;
    const follower = await Follower.connect(this.properties);
    try {
      const partition = await this.partitionOf(reservationId, follower);
      await this.follow(partition, sinceMs, follower);
      const progress = new LoadProgress([partition]);
      while (!progress.isDone) {
        if (performance.now() > deadlineMs)
          throw temporary(`${this.topic}-${partition} could not be read to its end within ${timeoutMs} ms.`);
        const records = await follower.next(recordLimit, waitMs);
        const answer = records.find(({ key, value }) => value !== null && key?.toString() === reservationId);
        if (answer?.value) return await this.codec.decodeResult(answer.value);
        progress.note(this.positionOf(partition, records.at(-1)?.offset, follower));
      }
      return undefined;
    } finally {
      await follower.close();
    }
  }

  private async partitionOf(reservationId: string, follower: Follower): Promise<number> {
    const partitionCount = (await follower.topics()).get(this.topic)?.partitionCount;
    if (partitionCount === undefined)
      throw needsPerson(`There is no topic ${this.topic}, or it is hidden from this client.`);
    const key = Buffer.from(reservationId);
    return partitionOf(key, 0, key.length, partitionCount);
  }

  private async follow(partition: number, sinceMs: number | undefined, follower: Follower): Promise<void> {
    const { topic } = this;
    const { start, end } = await follower.range(topic, partition);
    const since = sinceMs === undefined ? start : await follower.offsetAt(topic, partition, sinceMs - marginMs);
    // Without a record so late there is no answer yet; one that was committed in between lies at that end or behind it.
    follower.follow([{ topic, partition, offset: since ?? end }]);
  }

  private positionOf(partition: number, lastOffset: number | undefined, follower: Follower): ReadPosition {
    const end = follower.end(this.topic, partition);
    const next = lastOffset === undefined ? end : Math.max(lastOffset + 1, end ?? 0);
    return { partition, next, high: follower.highWatermark(this.topic, partition) };
  }
}
