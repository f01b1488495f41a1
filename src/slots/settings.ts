import type { Config } from '../config/schema.js';

/** What a worker needs to know, given to it once as its workerData. */
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
  readonly partitionCounts: { readonly results: number; readonly status: number; readonly deadLetters: number };
};
