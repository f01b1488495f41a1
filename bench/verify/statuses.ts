import type { FrameCursor } from '../../src/frames.js';
import { AvroReader } from '../avro.js';
import type { Load, Section } from '../input/load.js';
import type { Problems } from './problems.js';
import type { StatusSequence } from './status-sequence.js';

/** Checks slim statuses (SectionStatusEvent) one by one. */
export class StatusCheck {
  private readonly reader = new AvroReader();

  constructor(
    private readonly load: Load,
    private readonly sequence: StatusSequence,
    private readonly partitions: number,
    private readonly problems: Problems,
  ) {}

  take(status: FrameCursor): void {
    const index = this.sequence.sectionOf(status, this.partitions);
    if (index === undefined) return;
    const { reader } = this;
    const section = this.load.sections[index] as Section;
    reader.begin(status.buffer, status.valueStart, status.valueEnd);
    const isOfEvent = reader.long() === section.eventId;
    const isOfSection = reader.stringIs(section.nameBytes) && isOfEvent;
    const available = reader.long();
    const timestampMs = reader.long();
    if (!isOfSection || !reader.atEnd || timestampMs !== status.timestampMs) {
      this.problems.add('statuses that contradict their record', () => `${status.partition}@${status.offset}`);
    }
    this.sequence.take(index, available, timestampMs);
  }

  finish(): void {
    this.sequence.finish();
  }
}
