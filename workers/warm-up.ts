import { FrameWriter, InputTopic } from '../src/frames.js';
import { framed } from '../src/registry/header.js';
import { schemas } from '../src/schemas.js';
import type { SlotFraming, SlotSettings } from '../src/slots/settings.js';
import { compile } from './avro.js';
import { Slot } from './slot.js';
import type { Stores } from './store.js';

/** With 80,000 requests V8 has compiled most of a request's way. */
const batches = 8;
const requestsPerBatch = 10_000;
/** Each status tells every seat then. */
const requestsPerBatchInFull = 100;
const sections = 20;
const rows = 50;
const seatsPerRow = 100;
const timestampMs = 1_700_000_000_000;

/** In place of the ids that a registry gives. */
const initSchemaId = 1;
const requestSchemaId = 2;
const framingOf = (framing: SlotFraming): SlotFraming => ({
  ...framing,
  known: [
    { id: initSchemaId, text: JSON.stringify(schemas.SectionInitCommand) },
    { id: requestSchemaId, text: JSON.stringify(schemas.ReservationRequestedEvent) },
  ],
});

const initType = compile('SectionInitCommand').plain;
const requestType = compile('ReservationRequestedEvent').plain;

/** A store that keeps nothing. */
const scratch: Stores = {
  open: async () => ({
    store: {
      mark: undefined,
      visitImages: () => undefined,
      write: () => undefined,
      writeNewer: () => 0,
      close: async () => undefined,
    },
    discarded: undefined,
  }),
};

/**
 * Processes made-up requests in a slot of their own, which is then dropped, so that the first real ones meet code that
 * V8 has compiled: an on-sale begins with its largest load. Takes some 100 ms, beside the connecting to Kafka.
 */
export async function warmUp(settings: SlotSettings): Promise<void> {
  const framing = settings.framing && framingOf(settings.framing);
  const slot = new Slot({ ...settings, framing }, scratch);
  const partition = settings.slot;
  let sequence = 0;
  const run = async (task: Parameters<Slot['run']>[0]['task']): Promise<unknown> => {
    const envelope = { slot: settings.slot, sequence, task };
    sequence += 1;
    return slot.run(envelope);
  };
  const requests = settings.payload === 'full' ? requestsPerBatchInFull : requestsPerBatch;
  await run({ kind: 'open', partitions: [partition] });
  for (let batch = 0; batch < batches; batch += 1) {
    const writer = new FrameWriter(requests * 256);
    const withHeader = framing === undefined ? bare : framed;
    writeInits(writer, partition, batch, withHeader);
    writeRequests(writer, partition, batch * requests, requests, withHeader);
    const frames = writer.take();
    const positions = { init: (batch + 1) * sections, requests: (batch + 1) * requests };
    await run({ kind: 'process', parts: [{ partition, start: 0, end: frames.sizeBytes, positions }], frames });
  }
}

type WithHeader = (id: number, value: Buffer) => Buffer;
const bare: WithHeader = (_id, value) => value;

function writeInits(writer: FrameWriter, partition: number, batch: number, withHeader: WithHeader): void {
  for (let index = 0; index < sections; index += 1) {
    const section = `WARM-UP-${index}`;
    const value = initType.toBuffer({ eventId: 1, section, rows, seatsPerRow, initialReserved: [] });
    const offset = batch * sections + index;
    const meta = { partition, topic: InputTopic.init, offset, timestampMs };
    writer.append(meta, withHeader(initSchemaId, value), Buffer.from(`1-${section}`));
  }
}

function writeRequests(
  writer: FrameWriter,
  partition: number,
  firstOffset: number,
  count: number,
  withHeader: WithHeader,
): void {
  for (let index = 0; index < count; index += 1) {
    const section = `WARM-UP-${index % sections}`;
    const offset = firstOffset + index;
    const reservationId = `00000000-0000-4000-8000-${String(offset).padStart(12, '0')}`;
    const seatCount = 1 + (index % 4);
    const value = requestType.toBuffer({
      ...{ reservationId, eventId: 1, section, seatCount, userId: `user-${index}`, timestamp: timestampMs },
    });
    const meta = { partition, topic: InputTopic.requests, offset, timestampMs };
    writer.append(meta, withHeader(requestSchemaId, value), Buffer.from(`1-${section}`));
  }
}
