import { setTimeout as sleep } from 'node:timers/promises';
import { encodeInit, encodeRequest } from '../../src/client/records.js';
import { Sender } from '../../src/client/sender.js';
import type { Broker } from '../../test/support/broker.js';
import { writeConfiguration } from '../../test/support/configuration.js';
import { startDaemon } from '../../test/support/daemon.js';
import { untilConsumed } from '../../test/support/progress.js';
import { readTopic } from '../../test/support/read.js';
import { createAllTopics, type Topics } from '../../test/support/topics.js';
import { sectionKey } from '../../workers/section-key.js';
import { topicBytes } from '../observe/topic-sizes.js';

export type WireFigures = {
  readonly statuses: number;
  /** A second, keys and values alone. */
  readonly payloadBytesPerSecond: number;
  /** A second, in the log's segments: what went over the wire to the broker, compressed, with what Kafka adds, and the transactions' markers. */
  readonly logBytesPerSecond: number;
};

export type WireShape = {
  readonly payload: 'count' | 'full';
  readonly perSecond: number;
  readonly seconds: number;
  readonly sections: number;
  readonly seats: number;
  readonly partitions: number;
};

/** Paces requests at a daemon that answers each with a status (`status.emit: every`), and looks at the status topic. */
export async function runOnWire(broker: Broker, shape: WireShape): Promise<WireFigures> {
  const { payload, sections, seats, partitions } = shape;
  const { bootstrapServers } = broker;
  const topics = await createAllTopics(bootstrapServers, partitions);
  const { file } = writeConfiguration(bootstrapServers, topics, { status: { payload, emit: 'every' } });
  const daemon = startDaemon(file);
  const properties = { 'bootstrap.servers': bootstrapServers, 'linger.ms': 1, acks: 'all', dr_cb: true };
  const sender = await Sender.connect(properties, [topics.init, topics.requests]);
  try {
    await daemon.waitFor('ready');
    const names = Array.from({ length: sections }, (_, index) => `Balcony-${index}`);
    for (const section of names) {
      const init = { eventId: 1, section, rows: seats / 50, seatsPerRow: 50, initialReserved: [] };
      await sender.send(topics.init, sectionKey(1, section), encodeInit(init));
    }
    await untilConsumed(bootstrapServers, topics, daemon);
    const bytesBefore = logBytes(broker, topics);
    await pace(sender, topics, names, shape);
    await untilConsumed(bootstrapServers, topics, daemon);
    const written = (await readTopic(bootstrapServers, topics.status)).flat().slice(0);
    const statuses = written.length - sections;
    const payloadBytes = written.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
    const share = statuses / written.length;
    return {
      statuses,
      payloadBytesPerSecond: (payloadBytes * share) / shape.seconds,
      logBytesPerSecond: (logBytes(broker, topics) - bytesBefore) / shape.seconds,
    };
  } finally {
    await sender.close();
    await daemon.stop();
  }
}

const logBytes = ({ dataDirectory }: Broker, topics: Topics): number =>
  topicBytes(dataDirectory, (topic) => topic === topics.status);

async function pace(sender: Sender, topics: Topics, names: readonly string[], shape: WireShape): Promise<void> {
  const { perSecond, seconds } = shape;
  const startMs = performance.now();
  const sent: Promise<unknown>[] = [];
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const aheadMs = (index * 1_000) / perSecond - (performance.now() - startMs);
    if (aheadMs > 0) await sleep(aheadMs);
    const section = names[index % names.length] as string;
    const request = {
      reservationId: `r${index}`,
      eventId: 1,
      section,
      seatCount: 1,
      userId: 'u',
      timestamp: Date.now(),
    };
    sent.push(sender.send(topics.requests, sectionKey(1, section), encodeRequest(request)));
  }
  await Promise.all(sent);
}
