import { setFlagsFromString } from 'node:v8';
import { Piscina, workerData } from 'piscina';
import { FatalError, internal } from '../src/errors.js';
import { BusyClock } from '../src/slots/activity.js';
import type { WorkerData } from '../src/slots/settings.js';
import type { ProcessResult, SlotAnswer, SlotEnvelope, SlotFailure, SlotTaskKind } from '../src/slots/tasks.js';
import { LmdbStores } from './lmdb-stores.js';
import { Slot } from './slot.js';
import { warmUp } from './warm-up.js';

// A request's way is a hundred small functions, and V8 ends inlining at 920 bytes of them: with 3,000 it takes a fifth less.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');

const { settings, busy: memory } = workerData as WorkerData;
const busy = new BusyClock(memory);
const stores = new LmdbStores({
  directory: settings.storeDirectory,
  bootId: settings.bootId,
  durability: settings.durability,
  mapSizeBytes: settings.mapSizeBytes,
});
const slot = new Slot(settings, stores);

const isProcessResult = (answer: SlotAnswer[SlotTaskKind]): answer is ProcessResult => 'results' in answer;

/** The frame batches of an answer go back to the main thread without being copied. */
const moved = (result: ProcessResult): unknown =>
  Piscina.move({
    get [Piscina.transferableSymbol]() {
      const { results, statuses, images, deadLetters, spent } = result;
      const made = [results, statuses, images, deadLetters].map((batch) => batch.bytes);
      return spent === undefined ? made : [...made, spent];
    },
    get [Piscina.valueSymbol]() {
      return result;
    },
  } as unknown as ArrayBuffer);

/** The task that Piscina calls. What it fails with is told as a value: an error's exit code would not cross the border. */
export default async function run(envelope: SlotEnvelope): Promise<unknown> {
  busy.begin();
  try {
    if (envelope.task.kind === 'hello') await warmUp(settings);
    const answer = await slot.run(envelope);
    return isProcessResult(answer) ? moved(answer) : answer;
  } catch (error) {
    const fatal = error instanceof FatalError ? error : internal(`worker ${settings.slot}: ${describe(error)}`, error);
    return { failed: { exitCode: fatal.exitCode, message: fatal.message } } satisfies SlotFailure;
  } finally {
    busy.end();
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
