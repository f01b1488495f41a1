import type { PreparedInput } from './input/prepare.js';
import { cpuMicros, peakRssBytes } from './observe/process-usage.js';
import { rates, watchCommitted } from './observe/progress.js';
import { isChangelogOf, topicBytes } from './observe/topic-sizes.js';
import type { SideSettings, ThroughputFigures } from './results.js';
import type { Setting } from './setting.js';
import { withSide } from './side-run.js';

/** Lets a program work off a backlog, from a cold start, and measures it. @throws when its answers are wrong */
export function runThroughput(
  setting: Setting,
  settings: SideSettings,
  input: PreparedInput,
): Promise<ThroughputFigures> {
  const { broker } = setting;
  const { requests, partitions } = input.load.shape;
  return withSide(setting, settings, input, async (side, outputs) => {
    const usage = (): { side: number; broker: number } => ({
      side: cpuMicros(side.pid),
      broker: cpuMicros(broker.pid),
    });
    const [{ readyMs, before }, samples] = await Promise.all([
      side.ready().then((readyMs) => ({ readyMs, before: usage() })),
      watchCommitted(
        broker.bootstrapServers,
        { application: outputs.application, topic: input.topics.requests, partitions, requests },
        () => (side.ended ? side.failure('ended before it had answered all requests') : undefined),
      ),
    ]);
    const after = usage();
    return {
      ...rates(samples, readyMs, requests),
      startSeconds: (readyMs - side.startedMs) / 1_000,
      cpuMicrosPerRequest: (after.side - before.side) / requests,
      brokerCpuMicrosPerRequest: (after.broker - before.broker) / requests,
      peakRssBytes: peakRssBytes(side.pid),
      resultsBytes: topicBytes(broker.dataDirectory, (topic) => topic === outputs.results),
      statusBytes: topicBytes(broker.dataDirectory, (topic) => topic === outputs.status),
      changelogBytes: topicBytes(broker.dataDirectory, isChangelogOf(outputs.application)),
    };
  });
}
