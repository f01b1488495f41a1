import type { ReservationRequest, ReservationResult, SectionInit } from '../../workers/avro.js';
import type { Config } from '../config/schema.js';
import { framed } from '../registry/header.js';
import { HttpRegistry } from '../registry/http-registry.js';
import { idOrFatal, missing, ownSchemas, type SchemaConfig, unavailable } from '../registry/own-schemas.js';
import { Readers } from '../registry/readers.js';
import { RegistryUnavailable } from '../registry/registry.js';
import { decodeResult, encodeInit, encodeRequest } from './records.js';
import { type RegistryOptions, registrySettings } from './registry-status-decoder.js';
import { bareCodec, type ReservationCodec } from './reservation-codec.js';

type CodecConfig = SchemaConfig & Pick<Config, 'avro'>;

/** With the header of a schema registry, which is asked when an id is needed for the first time. */
class RegistryCodec implements ReservationCodec {
  private readonly registry: HttpRegistry;
  private readonly results: Readers<'ReservationCompletedEvent'>;
  private readonly ids = new Map<'init' | 'requests', Promise<number>>();

  constructor(private readonly config: CodecConfig) {
    const { registry: settings } = config.avro;
    this.registry = new HttpRegistry(settings);
    this.results = new Readers((id) => this.registry.schema(id), ['ReservationCompletedEvent']);
  }

  async encodeInit(init: SectionInit): Promise<Buffer> {
    return framed(await this.idOf('init'), encodeInit(init));
  }

  async encodeRequest(request: ReservationRequest): Promise<Buffer> {
    return framed(await this.idOf('requests'), encodeRequest(request));
  }

  async decodeResult(value: Buffer): Promise<ReservationResult> {
    return decodeResult((await this.saying(Promise.resolve(this.results.read(value)))).bytes);
  }

  private idOf(use: 'init' | 'requests'): Promise<number> {
    const before = this.ids.get(use);
    if (before !== undefined) return before;
    const asked = this.saying(this.ask(use));
    this.ids.set(use, asked);
    // A registry that was away is asked again.
    asked.catch(() => this.ids.delete(use));
    return asked;
  }

  private async ask(use: 'init' | 'requests'): Promise<number> {
    const { registry } = this.config.avro;
    const own = ownSchemas(this.config)[use];
    const id = await idOrFatal(this.registry, own, registry);
    if (id !== undefined) return id;
    throw missing(registry.url, own);
  }

  private async saying<Said>(asked: Promise<Said>): Promise<Said> {
    try {
      return await asked;
    } catch (error) {
      throw error instanceof RegistryUnavailable ? unavailable(this.config.avro.registry.url, error) : error;
    }
  }
}

/** What writes and reads values as the configuration's `avro.framing` has them. */
export const codecOf = (config: CodecConfig): ReservationCodec =>
  config.avro.framing === 'none' ? bareCodec : new RegistryCodec(config);

export type RegistryCodecOptions = RegistryOptions & {
  /** Whether the inputs' schemas are registered (true, the default), or looked up. */
  readonly autoRegister?: boolean;
  /** As the ReservationClient's. */
  readonly topics?: Partial<Record<'init' | 'requests' | 'results', string>>;
};

/** The codec of a ReservationClient for `avro.framing: confluent`. The registry is asked once an id is needed. */
export const registryCodec = ({
  autoRegister = true,
  topics = {},
  ...options
}: RegistryCodecOptions): ReservationCodec =>
  new RegistryCodec({
    topics: {
      ...{ init: 'section-init', requests: 'reservation-requests' },
      ...{ results: 'reservation-completed', status: 'section-status' },
      ...topics,
    },
    status: { payload: 'count' },
    avro: { framing: 'confluent', registry: { ...registrySettings(options), autoRegister } },
  });
