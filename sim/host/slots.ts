import { FatalError, internal, messageOf } from '../../src/errors.js';
import type { SlotSettings } from '../../src/slots/settings.js';
import type { Slots } from '../../src/slots/slots.js';
import {
  type ProcessResult,
  type SlotAnswer,
  type SlotTask,
  type SlotTaskKind,
  transferred,
} from '../../src/slots/tasks.js';
import { Slot } from '../../workers/slot.js';
import type { Stores } from '../../workers/store.js';
import type { Calls } from '../client/calls.js';

type TaskOf<Kind extends SlotTaskKind> = Extract<SlotTask, { kind: Kind }>;

export type SimSlotsOptions = {
  readonly count: number;
  readonly settings: SlotSettings;
  readonly stores: Stores;
  readonly calls: Calls;
  readonly nowMs: () => number;
  /** A batch was computed that was given at that time. */
  readonly onComputed: (result: ProcessResult, givenAtMs: number) => void;
};

/** A worker thread: the real Slot, one task after the other, whose frame batches change hands as they would. */
class Worker {
  private readonly slot: Slot;
  private sequence = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly number: number,
    settings: SlotSettings,
    stores: Stores,
    private readonly calls: Calls,
  ) {
    this.slot = new Slot({ ...settings, slot: number }, stores);
  }

  run(task: SlotTask): Promise<SlotAnswer[SlotTaskKind]> {
    const received = structuredClone(task, { transfer: transferred(task) });
    const envelope = { slot: this.number, sequence: this.sequence, task: received };
    this.sequence += 1;
    const answer = this.last.then(() => this.calls.local(task.kind, () => this.slot.run(envelope).catch(asFatal)));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  get idle(): Promise<unknown> {
    return this.last;
  }
}

/** The worker slots of a process. */
export class SimSlots implements Slots {
  readonly count: number;
  private readonly workers: readonly Worker[];

  constructor(private readonly options: SimSlotsOptions) {
    const { count, settings, stores, calls } = options;
    this.count = count;
    this.workers = Array.from({ length: count }, (_, slot) => new Worker(slot, settings, stores, calls));
  }

  slotOf(partition: number): number {
    return partition % this.count;
  }

  async run<Kind extends SlotTaskKind>(slot: number, task: TaskOf<Kind>): Promise<SlotAnswer[Kind]> {
    const worker = this.workers[slot];
    if (worker === undefined) throw internal(`slot ${slot} does not exist`);
    const givenAtMs = this.options.nowMs();
    const answer = await worker.run(task as SlotTask);
    if ('results' in answer) this.options.onComputed(answer, givenAtMs);
    return answer as SlotAnswer[Kind];
  }

  async idle(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.idle));
  }

  async destroy(): Promise<void> {}
}

/** A worker tells its failures as FatalErrors, as workers/worker.ts does. */
function asFatal(error: unknown): never {
  throw error instanceof FatalError ? error : internal(`a worker failed: ${messageOf(error)}`, error);
}
