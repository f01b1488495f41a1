import { FrameWriter } from '../frames.js';
import type { ConsumedEvent } from '../kafka/runs.js';
import type { Run } from '../pipeline/merge.js';
import type { Slots } from '../slots/slots.js';
import type { FollowedPart, FollowTask } from '../slots/tasks.js';

/** What one slot is to apply. */
export type SlotImages = Pick<FollowTask, 'parts' | 'frames'> & { readonly slot: number };

type Stretch = { readonly runs: Run[]; changelogPosition: number };

/**
 * Sorts what was read by slot and, within a slot, by partition. A position is that behind the last record, or, where
 * the end was told of, the end: transaction markers lie in between.
 *
 * @param isFollowed records of other partitions are left out
 */
export function splitBySlot(
  events: readonly ConsumedEvent[],
  slots: Slots,
  isFollowed: (partition: number) => boolean,
): SlotImages[] {
  const drafts = new Map<number, { readonly writer: FrameWriter; readonly parts: FollowedPart[] }>();
  for (const [partition, { runs, changelogPosition }] of stretchesOf(events, isFollowed)) {
    const slot = slots.slotOf(partition);
    const draft = drafts.get(slot) ?? { writer: new FrameWriter(), parts: [] };
    drafts.set(slot, draft);
    const start = draft.writer.sizeBytes;
    for (const run of runs) draft.writer.copy(run.buffer, run.start, run.end, run.count);
    draft.parts.push({ partition, start, end: draft.writer.sizeBytes, changelogPosition });
  }
  return [...drafts].map(([slot, { writer, parts }]) => ({ slot, parts, frames: writer.take() }));
}

function stretchesOf(
  events: readonly ConsumedEvent[],
  isFollowed: (partition: number) => boolean,
): Map<number, Stretch> {
  const stretches = new Map<number, Stretch>();
  for (const event of events) {
    if ('run' in event) {
      const { partition, lastOffset } = event.run;
      if (!isFollowed(partition)) continue;
      const stretch = stretches.get(partition) ?? { runs: [], changelogPosition: 0 };
      stretches.set(partition, stretch);
      stretch.runs.push(event.run);
      stretch.changelogPosition = lastOffset + 1;
    } else {
      const stretch = stretches.get(event.end.partition);
      if (stretch !== undefined) stretch.changelogPosition = Math.max(stretch.changelogPosition, event.end.offset);
    }
  }
  return stretches;
}
