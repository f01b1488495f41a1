import { pause } from '../../test/support/kafka-client.js';
import { removeFolder, temporaryFolder } from '../../test/support/temporary.js';
import { createOutputs } from '../../test/support/topics.js';
import type { PreparedInput } from '../input/prepare.js';
import { deleteTopics } from '../kafka/delete-topics.js';
import { watchCommitted } from '../observe/progress.js';
import type { SideSettings } from '../results.js';
import type { Setting } from '../setting.js';
import { stateFolder } from '../sides/side.js';
import { SideProcess } from '../sides/side-process.js';
import { commandOf } from '../sides/sides.js';
import { verifyRun } from '../verify/verify-run.js';

/** A program that is killed under load and started again, on its own store or without it. */
export type RestoreCase = {
  readonly name: string;
  readonly settings: Exclude<SideSettings, { side: 'limit' }>;
  readonly keepsStore: boolean;
};

export type RestoreFigures = {
  /** From the start of the process until it was ready. */
  readonly startSeconds: number;
  /** The part of it from the assignment until everything was restored; 0 where the program does not tell. */
  readonly restoreSeconds: number;
  /** Records of the changelog that were read. */
  readonly recordsRead: number;
};

/** When the program is killed: with enough done that every section has an image, and enough left for it to be at work. */
const killedAtShare = 0.75;
/** Both programs' sessions and transactions last 10 s; none of their ends is to be waited for by the start that is timed. */
const deadMemberMs = 14_000;

/**
 * Lets a program work on a backlog, kills it with SIGKILL on the way, and measures its next start; then it finishes, and
 * everything that both lives put out is verified. @throws when the answers are wrong
 */
export async function runRestore(
  { native, broker }: Setting,
  { settings, keepsStore }: RestoreCase,
  input: PreparedInput,
): Promise<RestoreFigures> {
  const { bootstrapServers } = broker;
  const { shape } = input.load;
  const outputs = await createOutputs(bootstrapServers, shape.partitions);
  const folder = temporaryFolder('bench');
  const command = commandOf(settings, { bootstrapServers, inputs: input.topics, outputs, shape, folder });
  const group = { application: outputs.application, topic: input.topics.requests, partitions: shape.partitions };
  const told = new RestoreLines();
  let side = new SideProcess(settings.side, command);
  const untilCommitted = (requests: number) =>
    watchCommitted(bootstrapServers, { ...group, requests }, () => (side.ended ? side.failure('ended') : undefined));
  try {
    await untilCommitted(Math.floor(shape.requests * killedAtShare));
    await side.kill();
    if (!keepsStore) removeFolder(stateFolder(folder));
    await pause(deadMemberMs);
    side = new SideProcess(settings.side, command, (line) => told.take(line));
    const startSeconds = ((await side.ready()) - side.startedMs) / 1_000;
    const figures = { startSeconds, restoreSeconds: told.restoreMs / 1_000, recordsRead: told.recordsRead };
    await untilCommitted(shape.requests);
    await side.stop();
    await verifyRun(native, bootstrapServers, input, outputs, settings);
    return figures;
  } finally {
    await side.kill();
    removeFolder(folder);
    await deleteTopics(bootstrapServers, outputs.application);
  }
}

/** What a program says of its restore, up to `ready`: seatmapd with each partition, Kafka Streams at the end. */
class RestoreLines {
  restoreMs = 0;
  recordsRead = 0;
  private isReady = false;

  take(line: string): void {
    if (this.isReady || !line.startsWith('{')) return;
    const { event, imagesRead, restoredRecords, restoreMs } = JSON.parse(line) as Record<string, unknown>;
    if (event === 'restored') this.recordsRead += Number(imagesRead);
    if (event !== 'ready') return;
    this.isReady = true;
    this.recordsRead += Number(restoredRecords ?? 0);
    this.restoreMs = Number(restoreMs ?? 0);
  }
}
