import type { Config } from '../config/schema.js';

/** What a worker is given once, as its workerData: what it needs to know, and the memory of its BusyClock. */
export type WorkerData = { readonly settings: SlotSettings; readonly busy: SharedArrayBuffer };

/** What a slot needs to know. */
export type SlotSettings = {
  readonly slot: number;
  readonly storeDirectory: string;
  readonly bootId: string;
  readonly durability: Config['state']['durability'];
  readonly mapSizeBytes: number;
  readonly guarantee: Config['guarantee'];
  readonly adjacency: Config['allocation']['adjacency'];
  readonly onSold: Config['init']['onSold'];
  readonly payload: Config['status']['payload'];
  readonly emit: Config['status']['emit'];
  readonly limits: Config['limits'];
  readonly topics: { readonly init: string; readonly requests: string };
  /** How many partitions each input has. */
  readonly inputPartitions: number;
  readonly partitionCounts: { readonly results: number; readonly status: number; readonly deadLetters: number };
};
