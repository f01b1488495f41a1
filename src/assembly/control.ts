import { topicNames } from '../config/schema.js';
import { Operator } from '../control/operator.js';
import { ControlServer } from '../control/server.js';
import { type ConfigurationState, type SnapshotSources, snapshotOf } from '../control/snapshot.js';
import { listenPath, stateSocketPath } from '../control/socket-path.js';
import { InputTopic } from '../frames.js';
import type { AdjustableLog } from '../log.js';
import { packageVersion } from '../version.js';
import type { Assembled } from './assembly.js';
import type { Foundation } from './parts.js';

export type ControlOptions = Foundation & {
  readonly log: AdjustableLog;
  readonly startedAtMs: number;
  readonly configuration: () => ConfigurationState;
};

/** Opens the control socket, unless there is to be none; it is closed before anything that it works on is. */
export async function openControl(
  options: ControlOptions,
  { pipeline, topics, watermarks, standby }: Assembled,
): Promise<ControlServer | undefined> {
  const { config, log, lifeCycle, closers, startedAtMs, configuration } = options;
  const path = listenPath(config, process.env);
  if (path === undefined) return undefined;
  const names = topicNames(config);
  const sources: SnapshotSources = {
    version: packageVersion(),
    ...{ startedAtMs, config, lifeCycle, pipeline, configuration },
    standingBy: () => standby?.followed ?? [],
    rangeOf: (topic, partition) => watermarks.range(topic === InputTopic.init ? names.init : names.requests, partition),
    lastError: () => log.lastProblem,
  };
  const operator = new Operator({ pipeline, log, topics, snapshot: () => snapshotOf(sources) });
  const server = await ControlServer.open(path, stateSocketPath(config), (request) => operator.carryOut(request));
  closers.add(() => server.close());
  return server;
}
