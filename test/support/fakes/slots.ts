import type { SlotSettings } from '../../../src/slots/settings.js';
import type { Slots } from '../../../src/slots/slots.js';
import { type SlotAnswer, type SlotTask, type SlotTaskKind, transferred } from '../../../src/slots/tasks.js';
import type { Stores } from '../../../workers/store.js';
import { SlotDriver } from './slot-driver.js';
import { Steps } from './steps.js';

type TaskOf<Kind extends SlotTaskKind> = Extract<SlotTask, { kind: Kind }>;

/** Slots without threads: the real Slot, one task after the other, whose frame batches change hands as they would. */
export class FakeSlots implements Slots {
  private readonly drivers: SlotDriver[];
  private readonly tails: Promise<unknown>[];
  readonly tasks: { readonly slot: number; readonly task: SlotTask }[] = [];

  constructor(
    settings: SlotSettings,
    stores: Stores,
    readonly count = 2,
    readonly steps = new Steps(),
  ) {
    this.drivers = Array.from({ length: count }, (_, slot) => new SlotDriver({ ...settings, slot }, stores));
    this.tails = Array.from({ length: count }, () => Promise.resolve());
  }

  slotOf(partition: number): number {
    return partition % this.count;
  }

  run<Kind extends SlotTaskKind>(slot: number, task: TaskOf<Kind>): Promise<SlotAnswer[Kind]> {
    const received = structuredClone(task, { transfer: transferred(task as SlotTask) });
    // A copy: the worker may write into the memory that it was given.
    this.tasks.push({ slot, task: structuredClone(received) as SlotTask });
    const answer = (this.tails[slot] ?? Promise.resolve()).then(async () => {
      await this.steps.take(task.kind);
      return this.drivers[slot]!.run<Kind>(received);
    });
    this.tails[slot] = answer.catch(() => undefined);
    return answer;
  }

  async idle(): Promise<void> {
    await Promise.all(this.tails);
  }

  async destroy(): Promise<void> {
    this.steps.note('destroy');
  }

  /** The tasks of one kind, in the order they were given in. */
  given<Kind extends SlotTaskKind>(kind: Kind): TaskOf<Kind>[] {
    return this.tasks.flatMap(({ task }) => (task.kind === kind ? [task as TaskOf<Kind>] : []));
  }
}
