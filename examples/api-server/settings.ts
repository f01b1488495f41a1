import { parseArgs } from 'node:util';
import { type KnownSeats, readCatalogue } from './catalogue.js';

export type Settings = {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of the Kafka cluster; undefined: the example brings a cluster, a daemon and a sale of its own. */
  readonly bootstrapServers: string | undefined;
  /** Of the schema registry, where the daemon has avro.framing: confluent; undefined: bare Avro. */
  readonly registryUrl: string | undefined;
  readonly topics: {
    readonly init: string;
    readonly requests: string;
    readonly results: string;
    readonly status: string;
  };
  /** Longest wait for an answer before a reservation's outcome is unknown. */
  readonly answerTimeoutMs: number;
  /** Most reservations that wait for their answers; more are told to come again. */
  readonly reservationsInFlight: number;
  /** The seats of each section, as far as they are known. */
  readonly catalogue: KnownSeats;
};

export const usage = `npm run example -- [options]

  --bootstrap-servers <host:port,…>  your Kafka, on which seatmapd runs; without it the example brings everything:
                                     a mock cluster, the daemon and a sale
  --registry-url <url>               of the schema registry, where the daemon has avro.framing: confluent
                                     ($SCHEMA_REGISTRY_URL)
  --host <address>                   where to listen (127.0.0.1)
  --port <n>                         (8080)
  --init-topic, --requests-topic, --results-topic, --status-topic <name>
  --answer-timeout-ms <n>            then the outcome of a reservation is unknown (5000)
  --in-flight <n>                    most reservations that wait for an answer (10000)
  --catalogue <file>                 JSON, { "<event>": { "<section>": <seats> } }
`;

const defaults = {
  host: '127.0.0.1',
  port: '8080',
  'init-topic': 'section-init',
  'requests-topic': 'reservation-requests',
  'results-topic': 'reservation-completed',
  'status-topic': 'section-status',
  'answer-timeout-ms': '5000',
  'in-flight': '10000',
} as const;

/** @throws Error with a sentence for what is wrong */
export function readSettings(words: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...{ host: text, port: text, 'bootstrap-servers': text, catalogue: text, 'answer-timeout-ms': text },
      'registry-url': text,
      ...{ 'in-flight': text, 'init-topic': text, 'requests-topic': text, 'results-topic': text, 'status-topic': text },
    },
  });
  const given = { ...defaults, ...values };
  return {
    host: given.host,
    port: whole('port', given.port, 65_535),
    bootstrapServers: given['bootstrap-servers'],
    registryUrl: given['registry-url'] ?? (environment.SCHEMA_REGISTRY_URL || undefined),
    topics: {
      ...{ init: given['init-topic'], requests: given['requests-topic'] },
      ...{ results: given['results-topic'], status: given['status-topic'] },
    },
    answerTimeoutMs: whole('answer-timeout-ms', given['answer-timeout-ms'], 600_000),
    reservationsInFlight: whole('in-flight', given['in-flight'], 1_000_000),
    catalogue: given.catalogue === undefined ? {} : readCatalogue(given.catalogue),
  };
}

function whole(option: string, text: string, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new Error(`--${option}: expected a whole number up to ${most}`);
}
