import type { Long } from '../../workers/avro.js';
import type { StatusFeed } from './feeds.js';
import type { FrameState } from './frame.js';

/** What stands over the board: what is watched, and how it stands with the topic. */
export class Headline {
  private isReady = false;
  private lastStatusMs: number | undefined;

  constructor(
    private readonly eventId: Long | undefined,
    private readonly topic: string,
    private readonly statuses: Pick<StatusFeed, 'trouble'>,
  ) {}

  becomeReady(): void {
    this.isReady = true;
  }

  noteStatus(nowMs: number): void {
    this.lastStatusMs = nowMs;
  }

  at(nowMs: number): Pick<FrameState, 'title' | 'condition'> {
    const event = this.eventId === undefined ? 'all events' : `event ${this.eventId}`;
    return { title: `seatmapd watch   ${event} in ${this.topic}`, condition: this.condition(nowMs) };
  }

  private condition(nowMs: number): string {
    const trouble = this.statuses.trouble();
    if (trouble !== undefined) return trouble;
    if (!this.isReady) return 'reading the topic…';
    if (this.lastStatusMs === undefined) return 'live';
    const idleSeconds = Math.floor((nowMs - this.lastStatusMs) / 1_000);
    return idleSeconds < 2 ? 'live' : `live, last status ${idleSeconds} s ago`;
  }
}
