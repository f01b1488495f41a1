import { assert } from '../errors.js';
import { FrameCursor, InputTopic } from '../frames.js';

/** Frames of one topic and partition that follow each other in a buffer. Offsets rise within a run. */
export type Run = {
  /** The index in the consumer's topics; of the two inputs an InputTopic. */
  readonly topic: number;
  readonly partition: number;
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** The buffer was made for it. */
  readonly isDetached?: true;
};

/** One input topic's side of a partition: what is buffered of it, and whether it is known to be at its end. */
class Side {
  readonly runs: Run[] = [];
  atEnd = false;
  buffered = 0;
  private lastOffset = -1;

  add(given: Run): void {
    const run = given.firstOffset === this.lastOffset ? withoutFirst(given) : given;
    if (run === undefined) return;
    assert(
      run.firstOffset > this.lastOffset && run.lastOffset >= run.firstOffset,
      `offsets rise: ${InputTopic.init === run.topic ? 'init' : 'requests'}-${run.partition} gave ${run.firstOffset} after ${this.lastOffset}`,
    );
    this.lastOffset = run.lastOffset;
    this.atEnd = false;
    this.buffered += run.count;
    this.runs.push(run);
  }

  /** Takes up to `limit` frames from the first run, as long as their record timestamps pass. */
  take(limit: number, passes: ((timestampMs: number) => boolean) | undefined): Run | undefined {
    const run = this.runs[0];
    assert(run !== undefined, 'a run is taken from a side that has one');
    const cursor = new FrameCursor(run.buffer, run.start, run.end);
    let count = 0;
    let end = run.start;
    let lastOffset = run.firstOffset;
    if (passes === undefined && run.count <= limit) {
      this.runs.shift();
      this.buffered -= run.count;
      return run;
    }
    while (count < limit && cursor.advance() && (passes === undefined || passes(cursor.timestampMs))) {
      count += 1;
      end = cursor.frameEnd;
      lastOffset = cursor.offset;
    }
    if (count === 0) return undefined;
    this.buffered -= count;
    if (end === run.end) this.runs.shift();
    else {
      const rest = new FrameCursor(run.buffer, end, run.end);
      assert(rest.advance(), 'a run that was cut has a rest');
      this.runs[0] = { ...run, start: end, count: run.count - count, firstOffset: rest.offset };
    }
    return { ...run, end, count, lastOffset };
  }

  /** Copies what stays held out of the buffers that it came in: a run of one frame would keep a whole batch in memory. */
  detach(): void {
    for (let at = this.runs.length - 1; at >= 0; at -= 1) {
      const run = this.runs[at];
      assert(run !== undefined, 'a side has no gaps');
      // Those before it were held when it came, and copied then.
      if (run.isDetached) return;
      const sizeBytes = run.end - run.start;
      this.runs[at] = {
        ...run,
        buffer: Buffer.copyBytesFrom(run.buffer, run.start, sizeBytes),
        start: 0,
        end: sizeBytes,
        isDetached: true,
      };
    }
  }

  headTimestampMs(): number {
    const run = this.runs[0];
    assert(run !== undefined, 'a head is read from a side that has one');
    const cursor = new FrameCursor(run.buffer, run.start, run.end);
    assert(cursor.advance(), 'a run has frames');
    return cursor.timestampMs;
  }
}

/**
 * A rebalance that takes some partitions makes librdkafka pause the others too, and take them up again behind the record
 * that the application had last. The one that is handed over in that moment may not be counted yet, and comes again.
 */
function withoutFirst(run: Run): Run | undefined {
  const cursor = new FrameCursor(run.buffer, run.start, run.end);
  assert(cursor.advance(), 'a run has frames');
  const start = cursor.frameEnd;
  if (!cursor.advance()) return undefined;
  return { ...run, start, count: run.count - 1, firstOffset: cursor.offset };
}

/**
 * Merges the two input topics of one partition number into the order in which their records take effect
 * (KIP-353, KIP-695): within a topic offset order; between the topics the smaller head record timestamp first, init on
 * a tie. A side that has nothing buffered holds the other up until it is known to be at its end (PARTITION_EOF).
 */
export class PartitionMerge {
  private readonly init = new Side();
  private readonly requests = new Side();

  add(run: Run): void {
    this.side(run.topic as InputTopic).add(run);
  }

  /** PARTITION_EOF: everything of this side that exists is buffered here or was taken. */
  markEnd(topic: InputTopic): void {
    this.side(topic).atEnd = true;
  }

  /** Nothing was fetched for a while: what has come by now is not known. */
  forgetEnds(): void {
    this.init.atEnd = false;
    this.requests.atEnd = false;
  }

  /** Whether everything that exists of this side has come here. */
  isAtEnd(topic: InputTopic): boolean {
    return this.side(topic).atEnd;
  }

  /** How many frames are held here. */
  get held(): number {
    return this.init.buffered + this.requests.buffered;
  }

  /** How many frames of a topic are held here. */
  buffered(topic: InputTopic): number {
    return this.side(topic).buffered;
  }

  /** Appends the runs that may take effect now to `into`, at most `limit` frames; returns how many frames. */
  take(limit: number, into: Run[]): number {
    let taken = 0;
    while (taken < limit) {
      const run = this.next(limit - taken);
      if (run === undefined) break;
      taken += run.count;
      into.push(run);
    }
    this.init.detach();
    this.requests.detach();
    return taken;
  }

  private next(limit: number): Run | undefined {
    const { init, requests } = this;
    const hasInit = init.runs.length > 0;
    const hasRequests = requests.runs.length > 0;
    if (hasInit && hasRequests) {
      const initHeadMs = init.headTimestampMs();
      const requestsHeadMs = requests.headTimestampMs();
      return initHeadMs <= requestsHeadMs
        ? init.take(limit, (timestampMs) => timestampMs <= requestsHeadMs)
        : requests.take(limit, (timestampMs) => timestampMs < initHeadMs);
    }
    if (hasInit && requests.atEnd) return init.take(limit, undefined);
    if (hasRequests && init.atEnd) return requests.take(limit, undefined);
    return undefined;
  }

  private side(topic: InputTopic): Side {
    return topic === InputTopic.init ? this.init : this.requests;
  }
}
