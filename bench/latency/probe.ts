import { setTimeout as sleep } from 'node:timers/promises';
import { FrameCursor, FrameWriter } from '../../src/frames.js';
import type { Native } from '../../src/kafka/native.js';
import { PackedSource } from '../../src/kafka/packed-source.js';
import { connected, looseConsumer } from '../../test/support/kafka-client.js';
import { AvroReader } from '../avro.js';
import { indexOfReservationId } from '../input/identity.js';
import { Load } from '../input/load.js';
import { RequestFrames } from '../input/records.js';
import { type FrameProducer, withFrameProducer } from '../kafka/frame-producer.js';
import { packedCalls } from '../kafka/packed-calls.js';
import { Latencies } from './latencies.js';
import type { ProbeJob, ProbeReport } from './probe-messages.js';
import { Schedule } from './schedule.js';

/** The longest silence of the results before the probe gives up. */
const stalledMs = 30_000;
const pauseMs = 1;
/** The Java producer's default since Kafka 4.0. With 1 ms the requests of the pacer alone took half a core of the broker. */
const lingerMs = 5;
const limit = 20_000;

/**
 * A process of its own, so that nothing else delays it: it produces the requests of a schedule and watches, as a
 * read_committed consumer, when the answers become visible. One clock measures both.
 */
class Probe {
  private readonly schedule: Schedule;
  private readonly latencies: Latencies;
  private startedMs = 0;
  private lastAnswerMs = 0;

  constructor(
    private readonly native: Native,
    private readonly job: ProbeJob,
  ) {
    const { requestsPerSecond, warmUpSeconds, measuredSeconds } = job.pace;
    this.schedule = new Schedule(requestsPerSecond, warmUpSeconds, measuredSeconds);
    this.latencies = new Latencies(this.schedule);
  }

  async run(): Promise<void> {
    const { bootstrapServers, resultsTopic, shape } = this.job;
    const consumer = looseConsumer(bootstrapServers, {
      'isolation.level': 'read_committed',
      'fetch.wait.max.ms': 10,
      'fetch.queue.backoff.ms': 1,
    });
    const properties = { 'bootstrap.servers': bootstrapServers, 'linger.ms': lingerMs, 'socket.nagle.disable': true };
    await connected(consumer, async () => {
      consumer.assign(
        Array.from({ length: shape.partitions }, (_, partition) => ({ topic: resultsTopic, partition, offset: 0 })),
      );
      const source = new PackedSource(this.native, { consumer, topics: [resultsTopic], onError: fail });
      await withFrameProducer(this.native, properties, async (producer) => {
        // The first fetch is on its way before the first request is.
        await source.take(1, 100, 0);
        this.startedMs = performance.now();
        await Promise.all([this.pace(producer), this.observe(source)]);
      });
    });
  }

  private get elapsedMs(): number {
    return performance.now() - this.startedMs;
  }

  private async pace(producer: FrameProducer): Promise<void> {
    const { schedule, latencies, job } = this;
    const frames = new RequestFrames(new Load(job.shape, schedule.requestsPerSecond));
    const writer = new FrameWriter(65_536);
    let isMeasuring = false;
    for (let next = 0; next < schedule.requests; ) {
      const end = schedule.dueCount(this.elapsedMs);
      if (end > next) {
        for (let request = next; request < end; request++) frames.write(request, writer);
        await producer.produce(job.requestsTopic, writer.take());
        latencies.produced(next, end, this.elapsedMs);
        next = end;
      }
      if (!isMeasuring && next >= schedule.firstMeasured) {
        isMeasuring = true;
        await report({ kind: 'measuring' });
      }
      await sleep(pauseMs);
    }
  }

  private async observe(source: PackedSource): Promise<void> {
    const { latencies } = this;
    const reader = new AvroReader();
    while (!latencies.complete) {
      const { events } = await source.take(limit, 100, 0);
      const elapsedMs = this.elapsedMs;
      for (const event of events) {
        if (!('run' in event)) continue;
        const { buffer, start, end } = event.run;
        const cursor = new FrameCursor(buffer, start, end);
        while (cursor.advance()) {
          reader.begin(buffer, cursor.valueStart, cursor.valueEnd);
          latencies.answered(indexOfReservationId(buffer, reader.string()), elapsedMs);
        }
        this.lastAnswerMs = elapsedMs;
      }
      if (elapsedMs - this.lastAnswerMs > stalledMs) {
        throw new Error(`no answer for ${stalledMs} ms after ${latencies.answeredCount} of ${this.schedule.requests}`);
      }
    }
    const startedAtMs = performance.timeOrigin + this.startedMs;
    const answers = this.job.withAnswers === true ? { startedAtMs, answeredMs: latencies.answers } : undefined;
    await report({ kind: 'measured', figures: latencies.figures(), answers });
  }
}

function fail(error: unknown): never {
  throw error;
}

/** Waits until the report is on its way: what is still to be written when the channel is closed is lost. */
const report = (message: ProbeReport): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });

process.once('message', (job: ProbeJob) => {
  new Probe(packedCalls(), job)
    .run()
    .catch((error: unknown) => report({ kind: 'failed', message: String(error) }))
    .finally(() => process.disconnect());
});
