import assert from 'node:assert/strict';
import { drain } from '../../e2e/run.js';
import { type Configuration, type Settings, writeConfiguration } from '../../support/configuration.js';
import type { Daemon, LogLine } from '../../support/daemon.js';
import { pause } from '../../support/kafka-client.js';
import { type Progress, watchProgress } from '../../support/progress.js';
import { isFull, sized } from './form.js';
import type { FaultLoad, FaultShape } from './load.js';
import { type RunOptions, verifyRun } from './verify-run.js';

export const guarantees = ['exactly_once', 'at_least_once'] as const;
export type Guarantee = (typeof guarantees)[number];

/** What a run of most faults is about; in full as many seats as its requests ask for. */
export const usualShape: FaultShape = isFull
  ? { partitions: 16, sections: 200, rows: 50, seatsPerRow: 100 }
  : { partitions: 8, sections: 80, rows: 20, seatsPerRow: 50 };
export const usualRequests = sized(24_000, 250_000);

const limitMs = sized(90_000, 300_000);

/** A configuration in which a dead member and a dead transaction are noticed soon, with batches that make many commits. */
export function configured(load: FaultLoad, settings: Settings = {}): Configuration {
  const isClassic = (settings.group as Settings | undefined)?.protocol !== 'consumer';
  return writeConfiguration(load.broker.bootstrapServers, load.topics, {
    kafka: { consumer: isClassic ? { 'session.timeout.ms': 3_000, 'heartbeat.interval.ms': 300 } : {} },
    batch: { maxMessages: sized(500, 2_000) },
    // Each worker warms up at each start, which is a second of a processor.
    workers: { threads: sized(1, 2) },
    ...settings,
  });
}

/** In full, what is about members of the group is tried with both of its protocols. */
export const protocols = isFull ? (['classic', 'consumer'] as const) : (['classic'] as const);
export type Protocol = (typeof protocols)[number];

/** Answers may come again after a fault under at_least_once, and only then. */
export const repeatsOf = (guarantee: Guarantee): 'none' | 'identical' =>
  guarantee === 'exactly_once' ? 'none' : 'identical';

/** Resolves when the application has committed as many input records as `enough` wants. */
export const untilCommitted = (
  { broker, topics }: FaultLoad,
  daemon: Daemon,
  enough: (progress: Progress) => boolean,
): Promise<Progress> => watchProgress(broker.bootstrapServers, topics, { enough, daemon, timeoutMs: limitMs });

/** Resolves in the middle of a backlog, when this share of it is committed. */
export async function untilShare(load: FaultLoad, daemon: Daemon, share: number): Promise<void> {
  const { done, total } = await untilCommitted(load, daemon, (progress) => progress.done >= progress.total * share);
  assert.ok(done < total, 'the load was over before the fault');
}

/** Has the daemon answer all that is asked, ends it in order, as the last owner of all partitions, and verifies the run. */
export async function finish(
  load: FaultLoad,
  daemon: Daemon,
  { owner, ...options }: RunOptions & { readonly owner: Configuration },
): Promise<void> {
  await load.finish(usualRequests);
  await untilCommitted(load, daemon, ({ done, total }) => done === total);
  await drain(daemon);
  await verifyRun(load, { owner, ...options });
}

/** The partitions that a daemon works on, as its log says; none while it restores. */
function owned(daemon: Daemon): ReadonlySet<unknown> {
  const partitions = new Set<unknown>();
  let isReady = false;
  for (const line of daemon.lines) {
    if (line.event === 'ready') isReady = true;
    if (line.event === 'restored') {
      isReady = false;
      partitions.add(line.partition);
    }
    if (line.event === 'revoked' || line.event === 'lost') {
      for (const partition of line.partitions as unknown[]) partitions.delete(partition);
    }
  }
  return isReady ? partitions : new Set();
}

/** Resolves when these instances, and they alone, work on all partitions, each on some. */
export async function untilShared(load: FaultLoad, ...daemons: readonly Daemon[]): Promise<void> {
  const deadlineMs = Date.now() + limitMs;
  const { partitions } = load;
  const sizes = () => daemons.map((daemon) => owned(daemon).size);
  while (sizes().includes(0) || sum(sizes()) !== partitions) {
    const ended = daemons.find((daemon) => daemon.ended);
    if (ended !== undefined || Date.now() > deadlineMs) {
      const tails = daemons.map((daemon) => `${owned(daemon).size} partitions:\n${daemon.tail()}`).join('\n');
      throw new Error(`${partitions} partitions are not shared by ${daemons.length} instances:\n${tails}`);
    }
    await pause(20);
  }
}

/** Where the partitions of a daemon were restored from, in words: "8 from the store". */
export function restoredFrom(daemon: Daemon): string {
  const lines = daemon.events('restored');
  const counts = new Map<string, number>();
  for (const { source } of lines) counts.set(`${source}`, (counts.get(`${source}`) ?? 0) + 1);
  const sources = [...counts].map(
    ([source, count]) => `${count} from ${source === 'empty' ? 'nothing' : `the ${source}`}`,
  );
  return `\`restored\`: ${sources.join(', ')}, ${sum(lines.map(imagesOf))} images read`;
}

export const imagesRead = (daemon: Daemon): number => sum(daemon.events('restored').map(imagesOf));

const imagesOf = ({ imagesRead: count }: LogLine): number => Number(count);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
