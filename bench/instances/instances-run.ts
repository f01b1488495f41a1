import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { projectRoot } from '../../test/support/kafka-jars.js';
import { removeFolder, temporaryFolder } from '../../test/support/temporary.js';
import { createOutputs } from '../../test/support/topics.js';
import { comparedSeatmapd } from '../cases.js';
import type { PreparedInput } from '../input/prepare.js';
import { deleteTopics } from '../kafka/delete-topics.js';
import { cpuMicros, peakRssBytes } from '../observe/process-usage.js';
import { rates, watchCommitted } from '../observe/progress.js';
import { topicBytes } from '../observe/topic-sizes.js';
import type { Setting } from '../setting.js';
import { seatmapdConfiguration } from '../sides/seatmapd.js';
import { SideProcess } from '../sides/side-process.js';
import { verifyRun } from '../verify/verify-run.js';

/** One run of several instances of one application over a backlog; what is of processes is the sum over the instances. */
export type InstancesFigures = {
  /** By the time from when the first instance was ready. */
  readonly requestsPerSecond: number;
  readonly warmRequestsPerSecond: number;
  /** From when each was ready. */
  readonly cpuMicrosPerRequest: number;
  /** From the start of the instances, the forming of their group included. */
  readonly brokerCpuMicrosPerRequest: number;
  readonly peakRssBytes: number;
  /** Of the requests' topic: log segments, compressed. */
  readonly inputBytesPerRequest: number;
  /** The most and the fewest partitions that an instance had. */
  readonly mostPartitions: number;
  readonly fewestPartitions: number;
};

/** For a group's first members the broker waits this long, so that all instances are in its first generation. */
export const initialDelayMs = 5_000;

/** An instance of the application, and what it was assigned. */
type Instance = { readonly process: SideProcess; readonly assignments: number[] };

/** Has `count` instances of one group share a backlog. @throws when an answer is wrong, or the group changed while it ran */
export async function runInstances(setting: Setting, count: number, input: PreparedInput): Promise<InstancesFigures> {
  const { native, broker } = setting;
  const { bootstrapServers } = broker;
  const { shape } = input.load;
  const outputs = await createOutputs(bootstrapServers, shape.partitions);
  const folder = temporaryFolder('bench-instances');
  const instances = Array.from({ length: count }, (_, index) => {
    const name = `instance-${index}`;
    const own = join(folder, name);
    mkdirSync(own);
    const context = { bootstrapServers, inputs: input.topics, outputs, shape, folder: own };
    const file = join(own, 'seatmapd.yaml');
    writeFileSync(file, stringify({ ...seatmapdConfiguration(comparedSeatmapd, context), instance: name }));
    return start(name, file);
  });
  const processes = instances.map(({ process }) => process);
  try {
    const brokerBefore = cpuMicros(broker.pid);
    const group = {
      ...{ application: outputs.application, topic: input.topics.requests },
      ...{ partitions: shape.partitions, requests: shape.requests },
    };
    const [ready, samples] = await Promise.all([
      Promise.all(processes.map(async (process) => ({ readyMs: await process.ready(), cpu: cpuMicros(process.pid) }))),
      watchCommitted(bootstrapServers, group, () =>
        processes.find(({ ended }) => ended)?.failure('ended before all requests were answered'),
      ),
    ]);
    const cpu = sum(processes.map(({ pid }) => cpuMicros(pid))) - sum(ready.map((one) => one.cpu));
    const brokerCpu = cpuMicros(broker.pid) - brokerBefore;
    const rss = sum(processes.map(({ pid }) => peakRssBytes(pid)));
    await Promise.all(processes.map((process) => process.stop()));
    await verifyRun(native, bootstrapServers, input, outputs, comparedSeatmapd);
    const { requestsPerSecond, warmRequestsPerSecond } = rates(
      samples,
      Math.min(...ready.map(({ readyMs }) => readyMs)),
      shape.requests,
    );
    const owned = instances.map(partitionsOf);
    return {
      ...{ requestsPerSecond, warmRequestsPerSecond },
      cpuMicrosPerRequest: cpu / shape.requests,
      brokerCpuMicrosPerRequest: brokerCpu / shape.requests,
      peakRssBytes: rss,
      inputBytesPerRequest:
        topicBytes(broker.dataDirectory, (topic) => topic === input.topics.requests) / shape.requests,
      mostPartitions: Math.max(...owned),
      fewestPartitions: Math.min(...owned),
    };
  } finally {
    await Promise.all(processes.map((process) => process.kill()));
    removeFolder(folder);
    await deleteTopics(bootstrapServers, outputs.application);
  }
}

function start(name: string, file: string): Instance {
  const assignments: number[] = [];
  const command = { program: process.execPath, args: [join(projectRoot, 'bin', 'seatmapd.cjs'), 'run', '-c', file] };
  const child = new SideProcess(name, command, (line) => {
    if (!line.startsWith('{')) return;
    const { event, partitions } = JSON.parse(line) as { event?: string; partitions?: readonly number[] };
    if (event === 'assigned') assignments.push(partitions?.length ?? 0);
  });
  return { process: child, assignments };
}

/** @throws when it was assigned anything but once: then the run measured a rebalance besides */
function partitionsOf({ process, assignments }: Instance): number {
  const [partitions, ...more] = assignments;
  if (partitions === undefined || more.length > 0)
    throw process.failure(`was assigned partitions ${assignments.length} times; the group was not at rest`);
  return partitions;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
