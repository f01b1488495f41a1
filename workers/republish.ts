import { noCounts } from '../src/slots/counts.js';
import type { SlotSettings } from '../src/slots/settings.js';
import type { RepublishResult } from '../src/slots/tasks.js';
import type { Outputs } from './outputs.js';
import type { Partition } from './partition.js';

/**
 * Statuses of what the partitions' sections have left, `limit` at the most, of those that run `run` has not sent yet. A
 * status carries the record timestamp of the input that last changed its section, which its image keeps: the same
 * state gives the same bytes, whatever was rejected since, and any status that is dated later has the same count.
 */
export function republish(
  partitions: readonly Partition[],
  run: number,
  limit: number,
  { limits }: SlotSettings,
  outputs: Outputs,
): RepublishResult {
  outputs.clear();
  const counts = noCounts();
  const unfinished: number[] = [];
  let omitted = 0;
  for (const { number, sections } of partitions) {
    for (const section of sections.values()) {
      if (section.republishedIn === run) continue;
      if (counts.statuses === limit) {
        unfinished.push(number);
        break;
      }
      section.republishedIn = run;
      // The limit may have been lowered since the section was made; a record beyond it would abort for ever.
      if (outputs.statusUpperBoundBytes(section.identity, section.map.seatCount) > limits.messageBytes) omitted += 1;
      else {
        counts.statuses += 1;
        outputs.status(section, section.lastTimestampMs);
      }
    }
  }
  return {
    ...outputs.take(),
    counts,
    replacements: [],
    misrouted: undefined,
    timestampsMs: undefined,
    unknownSchemaIds: [],
    unfinished,
    omitted,
  };
}
