import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type Daemon, startDaemon } from '../../test/support/daemon.js';
import { removeFolder, temporaryFolder } from '../../test/support/temporary.js';
import { createOutputs, type Outputs } from '../../test/support/topics.js';
import { comparedSeatmapd, type Pace, spreadShape } from '../cases.js';
import { Load } from '../input/load.js';
import { type PreparedInput, prepareSections } from '../input/prepare.js';
import { deleteTopics } from '../kafka/delete-topics.js';
import { type Probed, probe } from '../latency/probe-process.js';
import type { Setting } from '../setting.js';
import { seatmapdConfiguration } from '../sides/seatmapd.js';
import { verifyRun } from '../verify/verify-run.js';
import { AnswerTimes, type Stretch } from './answer-times.js';
import { type Befalling, befallings, type RebalanceCase } from './cases.js';
import { ownedAt } from './ownership.js';

export type PauseFigures = {
  /** Partitions that the first instance had before and after. */
  readonly staying: number;
  readonly stayingMs: number;
  readonly overallMs: number;
};

/** How long nothing happens before, and how long each event has to come to its end. */
const steadySeconds = 5;
const eventSeconds = 25;
export const scenarioSeconds = steadySeconds + befallings.length * eventSeconds;
/** As systemd waits before it starts a service again (RestartSec). */
const restartAfterMs = 1_000;

/** One run: two instances under a paced load; the longest pauses in the answers while nothing happens, and of each event. */
export async function runRebalance(
  setting: Setting,
  { group }: RebalanceCase,
  pace: Pace,
): Promise<ReadonlyMap<'nothing happens' | Befalling, PauseFigures>> {
  const { native, broker } = setting;
  const { bootstrapServers } = broker;
  const shape = spreadShape(pace.requestsPerSecond * (pace.warmUpSeconds + pace.measuredSeconds));
  const input = await prepareSections(native, bootstrapServers, new Load(shape, pace.requestsPerSecond));
  const outputs = await createOutputs(bootstrapServers, shape.partitions);
  const folders = new Map(['one', 'two'].map((instance) => [instance, temporaryFolder(`bench-${instance}`)]));
  const start = (instance: string): Daemon => {
    const folder = folders.get(instance) as string;
    const context = { bootstrapServers, inputs: input.topics, outputs, shape, folder };
    const file = join(folder, 'seatmapd.yaml');
    writeFileSync(file, stringify({ ...seatmapdConfiguration(comparedSeatmapd, context), instance, group }));
    return startDaemon(file);
  };
  const daemons: Daemon[] = [start('one')];
  try {
    const [first] = daemons as [Daemon];
    await first.waitFor('ready');
    const { answers, events } = await underLoad(
      first,
      () => start('two'),
      daemons,
      input,
      outputs,
      bootstrapServers,
      pace,
    );
    await first.stop();
    await verifyRun(native, bootstrapServers, input, outputs, comparedSeatmapd);
    if (answers === undefined) throw new Error('the probe told no answers');
    const times = new AnswerTimes(shape.partitions, answers, (request) => input.load.section(request).partition);
    return new Map(events.map(({ name, stretch }) => [name, figuresOf(first, times, stretch, shape.partitions)]));
  } finally {
    for (const daemon of daemons) await daemon.kill();
    for (const folder of folders.values()) removeFolder(folder);
    await deleteTopics(bootstrapServers, outputs.application);
    for (const topic of Object.values(input.topics)) await deleteTopics(bootstrapServers, topic);
  }
}

type Event = { readonly name: 'nothing happens' | Befalling; readonly stretch: Stretch };

/** Lets the events happen, one after the other, while the probe paces and watches. */
async function underLoad(
  first: Daemon,
  startSecond: () => Daemon,
  daemons: Daemon[],
  { topics, load }: PreparedInput,
  outputs: Outputs,
  bootstrapServers: string,
  pace: Pace,
): Promise<Probed & { readonly events: readonly Event[] }> {
  const events: Event[] = [];
  const within = async (name: Event['name'], seconds: number, happen: () => Promise<void>): Promise<void> => {
    const fromMs = Date.now();
    const untilMs = fromMs + seconds * 1_000;
    await happen();
    await sleep(Math.max(0, untilMs - Date.now()));
    events.push({ name, stretch: { fromMs, untilMs } });
  };
  const happenings = async (): Promise<void> => {
    await within('nothing happens', steadySeconds, () => Promise.resolve());
    let second = startSecond();
    daemons.push(second);
    await within('joins', eventSeconds, async () => void (await second.waitFor('ready')));
    await within('is killed and restarted', eventSeconds, async () => {
      await second.kill();
      await sleep(restartAfterMs);
      second = startSecond();
      daemons.push(second);
      await second.waitFor('ready');
    });
    await within('leaves', eventSeconds, async () => void (await second.stop()));
  };
  let happened: Promise<void> = Promise.reject(new Error('the probe never began to measure'));
  happened.catch(() => undefined);
  const job = { bootstrapServers, requestsTopic: topics.requests, resultsTopic: outputs.results };
  const probed = await probe({ ...job, shape: load.shape, pace, withAnswers: true }, () => {
    happened = happenings();
    happened.catch(() => undefined);
  });
  await happened;
  if (first.ended) throw new Error(`the first instance ended:\n${first.tail()}`);
  return { ...probed, events };
}

function figuresOf(first: Daemon, times: AnswerTimes, stretch: Stretch, partitions: number): PauseFigures {
  const before = ownedAt(first.lines, stretch.fromMs);
  const after = ownedAt(first.lines, stretch.untilMs);
  const staying = [...before].filter((partition) => after.has(partition));
  return {
    staying: staying.length,
    stayingMs: times.longestPauseMs(staying, stretch),
    overallMs: times.longestPauseMs(Array(partitions).keys(), stretch),
  };
}
