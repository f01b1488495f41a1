import type { SlotSettings } from '../../src/slots/settings.js';
import type { Random } from '../../test/support/random.js';
import { diskFaults, type Fault, type FaultKind, type Step } from './fault.js';

type Rule = {
  readonly steps: readonly Step[];
  readonly durationsMs?: readonly number[];
  /** How many of a kind a run has at most: five aborts in a row of the same records end the process, as they should. */
  readonly most?: number;
  readonly when?: Fault['when'];
  readonly only?: SlotSettings['guarantee'];
};

const transaction: readonly Step[] = ['begin', 'sendOffsets', 'produce results', 'produce changelog', 'commit'];
const delivery: readonly Step[] = ['produce results', 'produce changelog', 'deliver', 'delivered', 'commitOffsets'];
const work: readonly Step[] = ['consume', 'process', ...transaction, 'deliver', 'flush', 'persist', 'write'];
const restore: readonly Step[] = [
  'open',
  'opening',
  'committed',
  'watermarks',
  'changelog',
  'restore',
  'restored',
  'write',
];
const recovery: readonly Step[] = ['abort', 'reload', 'seek', 'close'];
const start: readonly Step[] = ['initTransactions', 'groupMetadata'];
const anywhere = [...work, ...work, ...delivery, ...restore, ...recovery, ...start];
const pausesMs = [2_000, 6_000, 9_000, 12_000, 12_000, 25_000];

const rules: Readonly<Record<FaultKind, Rule>> = {
  crash: { steps: anywhere },
  abortable: { steps: [...transaction, 'deliver'], most: 2, when: 'before' },
  fatal: { steps: [...transaction, 'deliver', 'consume', 'watermarks'], most: 1, when: 'before' },
  unknownOutcome: { steps: ['commit', 'commit', 'commitOffsets'], most: 2 },
  slow: { steps: anywhere, durationsMs: [50, 200, 1_000, 4_000], when: 'before' },
  failedWrite: { steps: ['write'], most: 1, when: 'before' },
  repeatedWrite: { steps: ['write'], when: 'before' },
  pause: { steps: anywhere, durationsMs: pausesMs, most: 2 },
  usurped: { steps: work, durationsMs: pausesMs, most: 1, only: 'exactly_once' },
  expelled: { steps: [...anywhere, ...transaction, ...transaction], most: 2 },
  rebalance: { steps: anywhere },
  stop: { steps: anywhere, durationsMs: [100, 1_000, 5_000] },
  start: { steps: anywhere },
  compaction: { steps: anywhere, only: 'exactly_once' },
};

/** By how often they are drawn. */
const kinds: readonly FaultKind[] = [
  ...(['crash', 'crash', 'crash', 'abortable', 'abortable', 'rebalance', 'rebalance', 'pause', 'pause'] as const),
  ...(['fatal', 'unknownOutcome', 'slow', 'slow', 'failedWrite', 'repeatedWrite', 'usurped'] as const),
  ...(['expelled', 'expelled', 'expelled'] as const),
  ...(['stop', 'stop', 'start', 'start', 'compaction'] as const),
];

/** Draws the faults of a run: none in some, up to six. */
export function planFaults(random: Random, guarantee: SlotSettings['guarantee']): Fault[] {
  const count = random.whole(0, 6);
  const faults: Fault[] = [];
  while (faults.length < count) {
    const kind = random.pick(kinds);
    const { steps, durationsMs = [0], most = Number.POSITIVE_INFINITY, when, only } = rules[kind];
    if (only !== undefined && only !== guarantee) continue;
    if (faults.filter((one) => one.kind === kind).length >= most) continue;
    const hasDisk = (kind === 'crash' || kind === 'stop') && random.next() < 0.4;
    faults.push({
      ...{ kind, step: random.pick(steps), nth: random.next() < 0.5 ? random.whole(1, 4) : random.whole(1, 25) },
      when: when ?? (random.next() < 0.5 ? 'before' : 'after'),
      durationMs: random.pick(durationsMs),
      disk: hasDisk ? random.pick(diskFaults) : undefined,
    });
  }
  return faults;
}
