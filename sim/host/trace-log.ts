import type { Log, LogEvent, LogFields } from '../../src/log.js';
import type { Trace } from '../trace.js';

/** The daemon's log, as lines of the trace. */
export class TraceLog implements Log {
  level = 'info';

  constructor(
    private readonly trace: Trace,
    private readonly process: string,
  ) {}

  info(event: LogEvent, fields: LogFields): void {
    this.add(event, fields);
  }
  warn(event: LogEvent, fields: LogFields): void {
    this.add(event, fields);
  }
  error(event: LogEvent, fields: LogFields): void {
    this.add(event, fields);
  }

  private add(event: LogEvent, fields: LogFields): void {
    this.trace.add(this.process, `log ${event} ${JSON.stringify(fields)}`);
  }
}
