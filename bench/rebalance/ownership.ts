import type { LogLine } from '../../test/support/daemon.js';

/** The partitions that an instance had at some moment (milliseconds since the epoch), by its log. */
export function ownedAt(lines: readonly LogLine[], atMs: number): ReadonlySet<number> {
  const owned = new Set<number>();
  for (const { event, time, partitions } of lines) {
    if (!Array.isArray(partitions) || Number(time) > atMs) continue;
    for (const partition of partitions as readonly number[]) {
      if (event === 'assigned') owned.add(partition);
      else if (event === 'revoked' || event === 'lost') owned.delete(partition);
    }
  }
  return owned;
}
