import { setTimeout as sleep } from 'node:timers/promises';
import { median, percentile } from '../statistics.js';
import type { Encoder } from './statuses.js';

/** Of one encoder. */
export type EncodeFigures = {
  readonly sizeBytes: number;
  /** Of the processor, back to back: the median of the rounds. */
  readonly nanoseconds: number;
  /** One by one at a steady rate, each timed by itself, the clock's own cost with it. */
  readonly pacedP50Nanoseconds: number;
  readonly pacedP99Nanoseconds: number;
};

export type Effort = { readonly rounds: number; readonly roundMs: number; readonly pacedSeconds: number };

const warmUpMs = 300;

/** Measures one encoder back to back and at `perSecond`. */
export async function encodeFigures(encoder: Encoder, perSecond: number, effort: Effort): Promise<EncodeFigures> {
  runFor(encoder, warmUpMs);
  const rounds = Array.from({ length: effort.rounds }, () => runFor(encoder, effort.roundMs));
  const paced = await pacedNanoseconds(encoder, perSecond, effort.pacedSeconds);
  return {
    sizeBytes: encoder.encode(),
    nanoseconds: median(rounds),
    pacedP50Nanoseconds: percentile(paced, 0.5),
    pacedP99Nanoseconds: percentile(paced, 0.99),
  };
}

/** Encodes for a time; returns nanoseconds of the processor a status: what else runs on the machine counts for little. */
function runFor({ encode }: Encoder, durationMs: number): number {
  const startMs = performance.now();
  const usage = process.cpuUsage();
  let encoded = 0;
  let bytes = 0;
  // The clock is looked at so seldom that it costs nothing that is seen.
  for (let size = 1; performance.now() - startMs < durationMs; size = Math.min(2 * size, 1_000)) {
    for (let count = 0; count < size; count += 1) bytes += encode();
    encoded += size;
  }
  const { user, system } = process.cpuUsage(usage);
  if (bytes === 0) throw new Error('nothing was encoded');
  return ((user + system) * 1e3) / encoded;
}

async function pacedNanoseconds({ encode }: Encoder, perSecond: number, seconds: number): Promise<Float64Array> {
  const times = new Float64Array(perSecond * seconds);
  const startMs = performance.now();
  for (let index = 0; index < times.length; index += 1) {
    const dueMs = (index * 1_000) / perSecond;
    const aheadMs = dueMs - (performance.now() - startMs);
    if (aheadMs > 0) await sleep(aheadMs);
    const before = process.hrtime.bigint();
    encode();
    times[index] = Number(process.hrtime.bigint() - before);
  }
  return times.sort();
}
