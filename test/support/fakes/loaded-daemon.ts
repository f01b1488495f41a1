import { FakeDaemon, type FakeDaemonOptions } from './daemon.js';
import { initRecord, requestRecord } from './records.js';
import { until } from './steps.js';

/** A daemon with an init and `requests` requests in each of partitions 0 and 1. */
export function loadedDaemon(options: FakeDaemonOptions = {}, requests = 12): FakeDaemon {
  const daemon = new FakeDaemon(undefined, undefined, options);
  for (const partition of [0, 1]) {
    daemon.kafka.add(initRecord({ eventId: BigInt(partition) }, { partition, offset: 0, timestampMs: 1 }));
    for (let offset = 0; offset < requests; offset += 1) addRequest(daemon, partition, offset);
  }
  return daemon;
}

export const addRequest = (daemon: FakeDaemon, partition: number, offset: number): void =>
  daemon.kafka.add(requestRecord({ eventId: BigInt(partition) }, { partition, offset }));

export const processed = (daemon: FakeDaemon, count: number): Promise<void> =>
  until(() => daemon.steps.count('process') >= count, `${count} batches are computed`);
