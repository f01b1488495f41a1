import { type Logger as PinoLogger, pino } from 'pino';

/** Every log line carries one of these names in `event`; the list is closed. */
export type LogEvent =
  | 'starting'
  | 'assigned'
  | 'restoring'
  | 'restored'
  | 'ready'
  | 'metrics'
  | 'aborted'
  | 'revoked'
  | 'lost'
  | 'paused'
  | 'resumed'
  | 'republished'
  | 'reloaded'
  | 'reloadRefused'
  | 'draining'
  | 'stopped'
  | 'fatal'
  | 'kafkaError'
  | 'deadLetter'
  | 'misrouted'
  | 'sectionReplaced'
  | 'sectionsRemoved'
  | 'standingBy'
  | 'standbyFailed'
  | 'offsetsExpired'
  | 'offsetsUnstable'
  | 'storeDiscarded'
  | 'storeSetAside'
  | 'nativeUnavailable'
  | 'notifyFailed'
  | 'stalled'
  | 'topicsUnverified'
  | 'schemaLearnt'
  | 'schemaRefused'
  | 'schemasNotKept'
  | 'registryUnavailable'
  | 'registryAvailable'
  | 'partitionUnpaired';

export type LogFields = Readonly<Record<string, unknown>>;

/** The log of the daemon: one JSON object a line on stdout. */
export interface Log {
  info(event: LogEvent, fields: LogFields, sentence?: string): void;
  warn(event: LogEvent, fields: LogFields, sentence?: string): void;
  error(event: LogEvent, fields: LogFields, sentence?: string): void;
}

/** A warning or an error as it was logged. */
export type Problem = {
  readonly atMs: number;
  readonly level: 'warn' | 'error';
  readonly event: LogEvent;
  readonly sentence: string;
};

/** The log as whoever opened it holds it. */
export interface AdjustableLog extends Log {
  /** The least severe level that is written. */
  level: string;
  /** The latest, whether it was written or not. */
  readonly lastProblem: Problem | undefined;
}

export type LogOptions = { readonly level: string; readonly format: 'json' | 'pretty' };

/** Opens the log on stdout. Writes are synchronous: a process that ends at once has said why. */
export async function openLog(options: LogOptions): Promise<AdjustableLog> {
  const destination =
    options.format === 'pretty'
      ? (await import('pino-pretty')).default({
          sync: true,
          colorize: process.stdout.isTTY,
          singleLine: true,
          ignore: 'pid,hostname,event',
          messageFormat: '{event}{if msg}: {msg}{end}',
        })
      : pino.destination({ dest: 1, sync: true });
  const logger: PinoLogger = pino({ level: options.level, base: null }, destination);
  let lastProblem: Problem | undefined;
  const note = (level: Problem['level'], event: LogEvent, sentence = ''): void => {
    lastProblem = { atMs: Date.now(), level, event, sentence };
  };
  return {
    info: (event, fields, sentence) => logger.info({ event, ...fields }, sentence),
    warn: (event, fields, sentence) => {
      note('warn', event, sentence);
      logger.warn({ event, ...fields }, sentence);
    },
    error: (event, fields, sentence) => {
      note('error', event, sentence);
      logger.error({ event, ...fields }, sentence);
    },
    get level() {
      return logger.level;
    },
    set level(level) {
      logger.level = level;
    },
    get lastProblem() {
      return lastProblem;
    },
  };
}
