import type { Config } from '../config/schema.js';
import type { LearnedSchema } from './tasks.js';

/** With avro.framing: confluent. */
export type SlotFraming = {
  /** The ids of our schemas that outputs bear. */
  readonly resultsId: number;
  readonly statusId: number;
  /** Schemas that inputs may be written with, as far as they are known at the start. */
  readonly known: readonly LearnedSchema[];
  /** Most ids that are remembered; at least as many as a batch can have records. */
  readonly mostIds: number;
};

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
  /** Undefined: values are bare Avro. */
  readonly framing: SlotFraming | undefined;
  readonly topics: { readonly init: string; readonly requests: string };
  /** How many partitions each input has. */
  readonly inputPartitions: number;
  readonly partitionCounts: { readonly results: number; readonly status: number; readonly deadLetters: number };
};
