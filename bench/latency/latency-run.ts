import type { PacedCase } from '../cases.js';
import { Load } from '../input/load.js';
import { prepareSections } from '../input/prepare.js';
import { deleteTopics } from '../kafka/delete-topics.js';
import { cpuMicros, peakRssBytes } from '../observe/process-usage.js';
import type { LatencyFigures } from '../results.js';
import type { Setting } from '../setting.js';
import { withSide } from '../side-run.js';
import { probe } from './probe-process.js';

/** Runs a program at a steady rate, on input topics of its own, and measures how long the answers take. */
export async function runLatency(setting: Setting, paced: PacedCase): Promise<LatencyFigures> {
  const { native, broker } = setting;
  const { bootstrapServers } = broker;
  const input = await prepareSections(native, bootstrapServers, new Load(paced.input, paced.requestsPerSecond));
  try {
    return await withSide(setting, paced.settings, input, async (side, outputs) => {
      await side.ready();
      const usage = (): { side: number; broker: number } => ({
        side: cpuMicros(side.pid),
        broker: cpuMicros(broker.pid),
      });
      let before = usage();
      const { figures } = await probe(
        {
          bootstrapServers,
          requestsTopic: input.topics.requests,
          resultsTopic: outputs.results,
          shape: paced.input,
          pace: paced,
        },
        () => {
          before = usage();
        },
      );
      const after = usage();
      return {
        ...figures,
        cpuMicrosPerRequest: (after.side - before.side) / figures.measuredRequests,
        brokerCpuMicrosPerRequest: (after.broker - before.broker) / figures.measuredRequests,
        peakRssBytes: peakRssBytes(side.pid),
      };
    });
  } finally {
    for (const topic of [input.topics.init, input.topics.requests]) await deleteTopics(bootstrapServers, topic);
  }
}
