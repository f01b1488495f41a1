import { type Case, comparedSeatmapd, spreadShape } from './cases.js';
import type { InputShape, SweepName } from './results.js';

export type SweptCase = Case & { readonly sweep: SweepName; readonly value: number };

type Change = { readonly shape?: Partial<InputShape>; readonly workers?: number };

/** What is varied, one at a time, from the compared daemon and the spread load. */
const sweeps: Readonly<
  Record<SweepName, { readonly values: readonly number[]; readonly change: (value: number) => Change }>
> = {
  sections: { values: [1, 200, 10_000, 100_000], change: (sections) => ({ shape: { sections } }) },
  seats: { values: [100, 5_000, 50_000], change: (seatsPerSection) => ({ shape: { seatsPerSection } }) },
  partitions: { values: [4, 32, 128], change: (partitions) => ({ shape: { partitions } }) },
  workers: { values: [1, 2, 4], change: (workers) => ({ workers }) },
  fragmentation: { values: [0, 1], change: (value) => ({ shape: { fragmented: value === 1 } }) },
};

export const sweepCases = (sweep: SweepName, requests: number): SweptCase[] =>
  sweeps[sweep].values.map((value) => {
    const { shape = {}, workers = comparedSeatmapd.workers } = sweeps[sweep].change(value);
    return {
      ...{ sweep, value },
      name: `${sweep}-${value}`,
      settings: { ...comparedSeatmapd, workers },
      input: { ...spreadShape(requests), ...shape },
    };
  });
