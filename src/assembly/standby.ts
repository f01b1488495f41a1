import { topicNames } from '../config/schema.js';
import { KafkaChangelogTail } from '../kafka/changelog-tail.js';
import type { Io } from '../kafka/io.js';
import { standbyProperties } from '../kafka/properties.js';
import { Follower, type FollowerOptions } from '../standby/follower.js';
import type { StandbyProgress } from '../standby/standby.js';
import type { Foundation } from './parts.js';

/** With `state.standby: all`, what follows the changelog of the partitions that others own; it is under way. */
export function startStandby(
  { config, log, metrics, closers }: Foundation,
  io: Io,
  parts: Pick<FollowerOptions, 'watermarks' | 'slots' | 'clusterId' | 'partitions'>,
): Follower | undefined {
  if (config.state.standby !== 'all') return undefined;
  const topic = topicNames(config).changelog;
  const tail = new KafkaChangelogTail({ properties: standbyProperties(config), topic, io, log });
  const onProgress = ({ partitions, lagRecords, records }: StandbyProgress): void => {
    metrics.standbyPartitions = partitions;
    metrics.standbyLagRecords = lagRecords;
    metrics.standbyRecordsTotal += records;
  };
  const standby = new Follower({ ...parts, tail, topic, log, onProgress });
  closers.add(() => standby.close());
  standby.start();
  return standby;
}
