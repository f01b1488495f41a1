import type { Log } from '../log.js';

/** The log of a verb that says all it has to say in one line: what librdkafka retries by itself is no news to it. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
