import { removeFolder, temporaryFolder } from '../test/support/temporary.js';
import { createOutputs, type Outputs } from '../test/support/topics.js';
import type { PreparedInput } from './input/prepare.js';
import { deleteTopics } from './kafka/delete-topics.js';
import type { SideSettings } from './results.js';
import type { Setting } from './setting.js';
import { SideProcess } from './sides/side-process.js';
import { commandOf } from './sides/sides.js';
import { verifyRun } from './verify/verify-run.js';

/**
 * Starts a program on fresh output topics, has `measure` watch it, ends it in order, verifies everything that it put
 * out and removes it.
 */
export async function withSide<Figures>(
  { native, broker }: Setting,
  settings: SideSettings,
  input: PreparedInput,
  measure: (side: SideProcess, outputs: Outputs) => Promise<Figures>,
): Promise<Figures> {
  const { bootstrapServers } = broker;
  const { shape } = input.load;
  const outputs = await createOutputs(bootstrapServers, shape.partitions);
  const folder = temporaryFolder('bench');
  const context = { bootstrapServers, inputs: input.topics, outputs, shape, folder };
  const side = new SideProcess(settings.side, commandOf(settings, context));
  try {
    const figures = await measure(side, outputs);
    await side.stop();
    await verifyRun(native, bootstrapServers, input, outputs, settings);
    return figures;
  } finally {
    await side.kill();
    removeFolder(folder);
    await deleteTopics(bootstrapServers, outputs.application);
  }
}
