import type { Config } from '../config/schema.js';
import type { Log } from '../log.js';
import { HttpRegistry } from '../registry/http-registry.js';
import { lookUp } from '../registry/lookup.js';
import { type BareValue, Readers } from '../registry/readers.js';
import type { RegisteredSchema } from '../registry/registry.js';
import type { SectionCount } from './section-count.js';
import { silentLog } from './silent-log.js';
import { bareDecoder, type StatusDecoder } from './status-decoder.js';

type StatusName = 'SectionStatusEvent' | 'SectionSeatState';

/** The registry as `avro.registry` of the configuration describes it; only `url` has no default. */
export type RegistryOptions = Pick<Config['avro']['registry'], 'url'> &
  Partial<Omit<Config['avro']['registry'], 'url' | 'autoRegister'>>;

export const registrySettings = (options: RegistryOptions): Omit<Config['avro']['registry'], 'autoRegister'> => ({
  ...{ timeoutMs: 5_000, username: '', password: '', token: '' },
  ...options,
});

/**
 * Reads a status topic of `avro.framing: confluent`: slim counts and full maps, told apart by the ids of their schemas, of
 * any writer whose schema resolves to ours. A registry that is away is waited for, with the records behind it, until `close`.
 */
export class RegistryStatusDecoder implements StatusDecoder {
  private readonly ending = new AbortController();
  private readonly readers: Readers<StatusName>;
  private outage: string | undefined;
  private readonly decoders = {
    SectionStatusEvent: bareDecoder('count'),
    SectionSeatState: bareDecoder('full'),
  };

  constructor(options: RegistryOptions) {
    const { signal } = this.ending;
    const registry = new HttpRegistry(registrySettings(options), signal);
    const log: Log = {
      ...silentLog,
      warn: (_event, _fields, sentence) => {
        this.outage = sentence;
      },
    };
    const ask = async (id: number): Promise<RegisteredSchema> => {
      const found = (await lookUp([id], { registry, url: options.url, log, signal }))?.get(id);
      this.outage = undefined;
      if (found === undefined) throw new Error('the decoder is closed');
      return found;
    };
    this.readers = new Readers(ask, ['SectionStatusEvent', 'SectionSeatState']);
  }

  decode(value: Buffer, recordTimestampMs: number): SectionCount | Promise<SectionCount> {
    const read = this.readers.read(value);
    const count = ({ name, bytes }: BareValue<StatusName>): SectionCount | Promise<SectionCount> =>
      this.decoders[name].decode(bytes, recordTimestampMs);
    return read instanceof Promise ? read.then(count) : count(read);
  }

  /** That the registry is away, or refuses this client, while a record waits for it. */
  get problem(): string | undefined {
    return this.outage;
  }

  /** Ends what waits for the registry. */
  close(): void {
    this.ending.abort();
  }
}

/** What reads statuses as the configuration's `avro.framing` and `status.payload` have them; with `close` where it may wait. */
export const decoderOf = ({ avro, status }: Pick<Config, 'avro' | 'status'>): StatusDecoder & { close?(): void } =>
  avro.framing === 'none' ? bareDecoder(status.payload) : new RegistryStatusDecoder(avro.registry);
