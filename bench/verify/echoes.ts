import type { FrameCursor } from '../../src/frames.js';
import { AvroReader } from '../avro.js';
import { indexOfReservationId } from '../input/identity.js';
import type { Load } from '../input/load.js';
import { RequestEncoder } from '../input/records.js';
import type { Problems } from './problems.js';

/** Checks the output of the limit: every request's own bytes, once, with its key and in its partition. */
export class EchoCheck {
  private readonly seen: Uint8Array;
  private readonly reader = new AvroReader();
  private readonly encoder: RequestEncoder;

  constructor(
    private readonly load: Load,
    private readonly problems: Problems,
  ) {
    this.seen = new Uint8Array(load.shape.requests);
    this.encoder = new RequestEncoder(load);
  }

  take(result: FrameCursor): void {
    const where = (): string => `${result.partition}@${result.offset}`;
    this.reader.begin(result.buffer, result.valueStart, result.valueEnd);
    const request = indexOfReservationId(result.buffer, this.reader.string());
    if (!(request < this.seen.length)) {
      this.problems.add('echoes of nothing that was sent', where);
      return;
    }
    if (this.seen[request] === 1) this.problems.add('duplicated echoes', () => `request ${request}`);
    this.seen[request] = 1;
    const { key, partition } = this.load.section(request);
    const isSame = result.value()?.equals(this.encoder.encode(request)) && result.key()?.equals(key);
    if (isSame !== true || result.partition !== partition) this.problems.add('changed records', where);
  }

  finish(): void {
    for (let request = this.seen.indexOf(0); request >= 0; request = this.seen.indexOf(0, request + 1)) {
      const index = request;
      this.problems.add('missing echoes', () => `request ${index}`);
    }
  }
}
