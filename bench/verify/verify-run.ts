import type { Native } from '../../src/kafka/native.js';
import type { Outputs } from '../../test/support/topics.js';
import type { PreparedInput } from '../input/prepare.js';
import { readTopic } from '../kafka/topic-reader.js';
import type { SideSettings } from '../results.js';
import { AnswerCheck } from './answers.js';
import { EchoCheck } from './echoes.js';
import { FullStatusCheck } from './full-statuses.js';
import { Problems } from './problems.js';
import { StatusSequence } from './status-sequence.js';
import { StatusCheck } from './statuses.js';

/** Reads everything that a run put out, read_committed. @throws WrongOutputError unless it is what the model says */
export async function verifyRun(
  native: Native,
  bootstrapServers: string,
  { load, model }: PreparedInput,
  outputs: Outputs,
  settings: SideSettings,
): Promise<void> {
  const problems = new Problems();
  const { partitions } = load.shape;
  const read = async (topic: string, check: Check): Promise<void> => {
    await readTopic(native, bootstrapServers, topic, (record) => check.take(record));
    check.finish();
  };
  if (settings.side === 'limit') await read(outputs.results, new EchoCheck(load, problems));
  else {
    await read(outputs.results, new AnswerCheck(load, model, partitions, problems));
    const { emit, payload } = statusesOf(settings);
    const sequence = new StatusSequence(load, model, emit, problems);
    const statuses =
      payload === 'full'
        ? new FullStatusCheck(load, model, sequence, partitions, problems)
        : new StatusCheck(load, sequence, partitions, problems);
    await read(outputs.status, statuses);
  }
  problems.assertNone();
}

type Check = { take(record: Parameters<AnswerCheck['take']>[0]): void; finish(): void };

/** Kafka Streams sends a status for every request. */
function statusesOf(settings: Exclude<SideSettings, { side: 'limit' }>): {
  emit: 'every' | 'latest';
  payload: 'count' | 'full';
} {
  if (settings.side === 'seatmapd') return settings;
  return { emit: 'every', payload: settings.variant === 'map-full' ? 'full' : 'count' };
}
