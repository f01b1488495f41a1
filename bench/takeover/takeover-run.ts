import type { LogLine } from '../../test/support/daemon.js';
import { pause } from '../../test/support/kafka-client.js';
import { createOutputs, type Outputs } from '../../test/support/topics.js';
import { comparedSeatmapd } from '../cases.js';
import { Load } from '../input/load.js';
import { type PreparedInput, prepareSections, withBulkProducer } from '../input/prepare.js';
import { deleteTopics } from '../kafka/delete-topics.js';
import { peakRssBytes } from '../observe/process-usage.js';
import { watchCommitted } from '../observe/progress.js';
import type { InputShape } from '../results.js';
import type { Setting } from '../setting.js';
import { verifyRun } from '../verify/verify-run.js';
import { Instance } from './instance.js';
import { Pacer } from './pacer.js';
import type { Takeover, TakeoverFigures } from './takeover.js';

const partitions = 32;
/** The requests suffice for so long at the steady rate; then these are left for the one that took over. */
const longestSeconds = 120;
const requestsAfterwards = 10_000;
/** Between the second instance's being ready and the kill, with the load going on. */
const settledMs = 5_000;

const shapeOf = (takeover: Takeover): InputShape => ({
  requests: takeover.backlogRequests + takeover.requestsPerSecond * longestSeconds + requestsAfterwards,
  ...{ sections: takeover.sections, seatsPerSection: takeover.seatsPerSection },
  ...{ partitions, maxSeatsPerRequest: 4, fragmented: false },
});

/** Kills one of two instances and measures when the other has taken its partitions over. @throws when an answer is wrong */
export async function runTakeover({ native, broker }: Setting, takeover: Takeover): Promise<TakeoverFigures> {
  const { bootstrapServers } = broker;
  const input = await prepareSections(native, bootstrapServers, new Load(shapeOf(takeover)));
  const outputs = await createOutputs(bootstrapServers, partitions);
  const instances: Instance[] = [];
  const start = (name: string): Instance => {
    const instance = new Instance(name, takeover, input, outputs, bootstrapServers);
    instances.push(instance);
    return instance;
  };
  try {
    let figures: TakeoverFigures | undefined;
    await withBulkProducer(native, bootstrapServers, async (producer) => {
      const pacer = new Pacer(input.load, input.topics.requests, producer);
      figures = await measured(takeover, input, outputs, bootstrapServers, pacer, start);
    });
    if (figures === undefined) throw new Error('nothing was measured');
    await verifyRun(native, bootstrapServers, input, outputs, comparedSeatmapd);
    return figures;
  } finally {
    await Promise.all(instances.map(({ daemon }) => daemon.kill()));
    const { init, requests } = input.topics;
    for (const topic of [init, requests, outputs.application]) await deleteTopics(bootstrapServers, topic);
  }
}

async function measured(
  takeover: Takeover,
  { topics, load }: PreparedInput,
  { application }: Outputs,
  bootstrapServers: string,
  pacer: Pacer,
  start: (name: string) => Instance,
): Promise<TakeoverFigures> {
  const first = start('first');
  await first.ready();
  const committed = (requests: number, by: Instance) =>
    watchCommitted(bootstrapServers, { application, topic: topics.requests, partitions, requests }, () =>
      by.daemon.ended ? new Error(`an instance ended; its output ended with\n${by.daemon.tail()}`) : undefined,
    );
  await pacer.produceUpTo(takeover.backlogRequests);
  await committed(takeover.backlogRequests, first);

  const second = start('second');
  await second.ready();
  if (takeover.standby === 'all') await second.level(partitions / 2);
  const pacing = pacer.pace(takeover.requestsPerSecond);
  await pause(settledMs);

  const killedMs = Date.now();
  await first.daemon.kill();
  const ready = await second.ready(killedMs);
  const figures = figuresOf(second, killedMs, Number(ready.time));
  pacer.stop();
  await pacing;
  await pacer.produceUpTo(load.shape.requests);
  await committed(load.shape.requests, second);
  await second.daemon.stop();
  return figures;
}

function figuresOf({ daemon }: Instance, killedMs: number, readyMs: number): TakeoverFigures {
  const since = (event: string): LogLine[] => daemon.events(event).filter(({ time }) => Number(time) > killedMs);
  const assignedMs = Number(since('assigned')[0]?.time);
  const restored = since('restored');
  const total = (field: string): number => restored.reduce((sum, line) => sum + Number(line[field]), 0);
  const offsetsMs = Math.max(...restored.map((line) => Number(line.offsetsMs)));
  return {
    expirySeconds: (assignedMs - killedMs) / 1_000,
    offsetsSeconds: offsetsMs / 1_000,
    restoreSeconds: (readyMs - assignedMs - offsetsMs) / 1_000,
    takeoverSeconds: (readyMs - killedMs) / 1_000,
    imagesRead: total('imagesRead'),
    sections: total('sections'),
    peakRssBytes: peakRssBytes(daemon.pid),
  };
}
