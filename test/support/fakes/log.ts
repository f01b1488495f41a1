import type { Log, LogEvent, LogFields } from '../../../src/log.js';

export type LogEntry = {
  readonly level: string;
  readonly event: LogEvent;
  readonly fields: LogFields;
  sentence?: string;
};

/** A log that keeps its lines. */
export class MemoryLog implements Log {
  readonly entries: LogEntry[] = [];

  info(event: LogEvent, fields: LogFields, sentence?: string): void {
    this.add('info', event, fields, sentence);
  }
  warn(event: LogEvent, fields: LogFields, sentence?: string): void {
    this.add('warn', event, fields, sentence);
  }
  error(event: LogEvent, fields: LogFields, sentence?: string): void {
    this.add('error', event, fields, sentence);
  }

  /** The fields of each line with this event. */
  of(event: LogEvent): LogFields[] {
    return this.entries.filter((entry) => entry.event === event).map(({ fields }) => fields);
  }

  private add(level: string, event: LogEvent, fields: LogFields, sentence: string | undefined): void {
    this.entries.push({ level, event, fields, ...(sentence === undefined ? {} : { sentence }) });
  }
}
