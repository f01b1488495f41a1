import type { FrameBatch } from '../frames.js';
import type { Positions } from '../pipeline/positions.js';
import type { RegisteredSchema } from '../registry/registry.js';
import type { SlotSettings } from './settings.js';

/**
 * What the main thread asks of a worker slot, as a closed union. Tasks of a slot are carried out in the order of their
 * `sequence`, which the worker asserts, as it asserts the slot's number: two workers on one slot would be two seat maps.
 */
export type SlotTask =
  | { readonly kind: 'hello' }
  /** Answered behind all that was given before: the worker is not stuck. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'open'; readonly partitions: readonly number[] }
  | { readonly kind: 'restore'; readonly frames: FrameBatch }
  | { readonly kind: 'restored'; readonly partition: number; readonly mark: StoreMark | undefined }
  | {
      readonly kind: 'process';
      readonly parts: readonly BatchPart[];
      readonly frames: FrameBatch;
      /** Memory for what it makes of them. */
      readonly spares?: readonly ArrayBuffer[];
    }
  | RepublishTask
  | { readonly kind: 'configure'; readonly settings: ChangedSettings }
  | { readonly kind: 'persist'; readonly marks: readonly PartitionMark[]; readonly images: FrameBatch }
  | { readonly kind: 'reload'; readonly partitions: readonly number[] }
  | { readonly kind: 'close'; readonly partitions: readonly number[] }
  | { readonly kind: 'standBy'; readonly partition: number }
  | FollowTask
  | { readonly kind: 'standDown'; readonly partitions: readonly number[] }
  | { readonly kind: 'learn'; readonly schemas: readonly LearnedSchema[] };

export type SlotTaskKind = SlotTask['kind'];

/** Sends statuses of the partitions' sections that were not sent in this run yet, `limit` at the most. */
export type RepublishTask = {
  readonly kind: 'republish';
  readonly run: number;
  readonly partitions: readonly number[];
  readonly limit: number;
};

/** What may change while the workers run: from the next batch on. */
export type ChangedSettings = Partial<Pick<SlotSettings, 'emit' | 'partitionCounts'>>;

/** What a store holds besides images: the input offsets they stand for, and where to follow the changelog from. */
export type StoreMark = {
  /**
   * Its images are all that there were at these; a standby may hold newer ones beside. Undefined where a standby knows
   * no such offsets, for it never had the partition to itself.
   */
  readonly positions: Positions | undefined;
  /** A changelog offset at or before every image that the store does not hold. */
  readonly changelogPosition: number;
  /** Kafka's cluster id, or empty when it can't be known (without the addon). */
  readonly clusterId: string;
};

export type PartitionMark = StoreMark & { readonly partition: number; readonly positions: Positions };

/** Applies images of the changelog to stores that stand by, and notes in each how far it followed. */
export type FollowTask = {
  readonly kind: 'follow';
  readonly parts: readonly FollowedPart[];
  readonly frames: FrameBatch;
  readonly clusterId: string;
};

/** A partition's share of what was read: its images lie in [start, end) of the task's frame batch, in their order. */
export type FollowedPart = {
  readonly partition: number;
  readonly start: number;
  readonly end: number;
  /** Every committed image of the partition below this offset lies in the store or in the part. */
  readonly changelogPosition: number;
};

/** A partition's share of a batch: its frames lie in [start, end) of the task's frame batch, in the merged order. */
export type BatchPart = {
  readonly partition: number;
  readonly start: number;
  readonly end: number;
  /** The input positions after the batch; every image that the batch writes carries them. */
  readonly positions: Positions;
};

/** What a slot knows of a partition's store once it is open. */
export type OpenedPartition = {
  readonly partition: number;
  readonly mark: StoreMark | undefined;
  readonly sections: number;
  readonly discarded: DiscardedStore | undefined;
};

/** Why an earlier store was not used, and where it was put if it was kept. */
export type DiscardedStore = { readonly reason: string; readonly setAside: string | undefined };

/** A store that was opened to stand by. `problem` says why it could not be; then it is not open. */
export type StandbyOpened = {
  readonly mark: StoreMark | undefined;
  readonly discarded: DiscardedStore | undefined;
  readonly problem: string | undefined;
  /** How long the slot was kept from other work. */
  readonly tookMs: number;
};

/** What became of a FollowTask. Of a partition with a problem nothing was written, and its store is closed. */
export type FollowedImages = {
  readonly applied: number;
  readonly problems: readonly { readonly partition: number; readonly problem: string }[];
  readonly tookMs: number;
};

/** What a slot found while it applied images of the changelog. */
export type RestoreProgress = { readonly applied: number; readonly read: number };

/** A partition after its changelog was followed to the end. */
export type RestoredPartition = { readonly sections: number; readonly newestImage: Positions | undefined };

/** What the schema registry says of an id: the writer's schema, or why values with it can't be read. */
export type LearnedSchema = { readonly id: number } & RegisteredSchema;

export type DeadLetterCode =
  | 'undecodable'
  | 'unknownSchema'
  | 'incompatibleSchema'
  | 'sectionNameTooLong'
  | 'sectionTooLarge'
  | 'tooManySections'
  | 'answerTooLarge'
  | 'statusTooLarge'
  | 'sectionSold';

export type RejectionReason = 'unknownSection' | 'seatCount' | 'tooManySeats' | 'tooFewSeats' | 'noAdjacentSeats';

/** What a batch did, counted where it was done; it is added to the totals when the batch is committed. */
export type BatchCounts = {
  messages: number;
  inits: number;
  requests: number;
  confirmed: number;
  seatsSold: number;
  rejected: Record<RejectionReason, number>;
  statuses: number;
  nullValues: number;
  /** Sections that were removed. */
  removals: number;
  skipped: number;
  misrouted: number;
  deadLetters: Record<DeadLetterCode, number>;
};

/** A record that lies in another partition than its section's key (`eventId-section`) belongs into. */
export type Misrouted = { readonly key: string; readonly partition: number; readonly expected: number };

/** A section with sold seats that an init replaced, or was refused to. */
export type Replacement = { readonly key: string; readonly sold: number; readonly refused: boolean };

export type ProcessResult = {
  readonly results: FrameBatch;
  readonly statuses: FrameBatch;
  readonly images: FrameBatch;
  readonly deadLetters: FrameBatch;
  readonly counts: BatchCounts;
  readonly replacements: readonly Replacement[];
  /** The first of those that were counted. */
  readonly misrouted: Misrouted | undefined;
  /** Record timestamps in milliseconds: the least of its parts' first records, the greatest of their last; undefined when it had none. */
  readonly timestampsMs: { readonly oldest: number; readonly newest: number } | undefined;
  /**
   * Ids of writers' schemas that have to be learnt first. Then nothing of the batch was carried out, and the rest is empty;
   * what the slot computes from there on is wrong until it has reloaded.
   */
  readonly unknownSchemaIds: readonly number[];
  /** The memory that the input came in. */
  readonly spent?: ArrayBuffer;
};

export type RepublishResult = ProcessResult & {
  /** Partitions with sections that are still to be sent. */
  readonly unfinished: readonly number[];
  /** Sections whose status would not fit limits.messageBytes. */
  readonly omitted: number;
};

/** What each task answers with. */
export type SlotAnswer = {
  hello: { readonly slot: number };
  ping: { readonly slot: number };
  open: readonly OpenedPartition[];
  restore: RestoreProgress;
  restored: RestoredPartition;
  process: ProcessResult;
  republish: RepublishResult;
  configure: { readonly slot: number };
  persist: { readonly images: number };
  reload: readonly { readonly partition: number; readonly positions: Positions | undefined }[];
  close: { readonly partitions: number };
  standBy: StandbyOpened;
  follow: FollowedImages;
  standDown: { readonly partitions: number };
  learn: { readonly schemas: number };
};

/** The task as it crosses to the worker. */
export type SlotEnvelope = { readonly slot: number; readonly sequence: number; readonly task: SlotTask };

/** A worker that throws a FatalError answers with it instead: an Error's own fields don't cross the thread's border. */
export type SlotFailure = { readonly failed: { readonly exitCode: number; readonly message: string } };

/** What of a task changes hands without being copied. */
export function transferred(task: SlotTask): ArrayBuffer[] {
  if (task.kind === 'persist') return [task.images.bytes];
  if (task.kind === 'process') return [task.frames.bytes, ...(task.spares ?? [])];
  return 'frames' in task ? [task.frames.bytes] : [];
}
