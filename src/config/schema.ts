import { hostname } from 'node:os';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { logLevels } from '../log-level.js';
import { avro } from './avro.js';
import { kafka } from './clients.js';
import { control } from './control.js';
import { name, whole } from './fields.js';
import { group, grouped, refuseForProtocol } from './group.js';
import { limits } from './limits.js';
import { topics } from './topics.js';

/**
 * The one description of the configuration: it parses, it gives the type `Config`, and docs/CONFIGURATION.md is made
 * from it. `meta({ defaultText })` words a default that is not the same everywhere.
 */

export const configSchema = z
  .strictObject({
    application: name
      .default('seatmapd')
      .describe('The consumer group; the transactional.id, the own topics and the folder of the state derive from it.'),
    instance: name
      .prefault(() => hostname())
      .meta({
        defaultText: "the host's name",
        description: 'Part of the transactional.id and of group.instance.id. It must be unique among live instances.',
      }),
    kafka: kafka.prefault({}).describe('Connections to Kafka. Properties that the daemon owns are refused; see below.'),
    group: group.prefault({}).describe('How instances share the partitions: the consumer group.'),
    topics: topics
      .prefault({})
      .describe(
        'Names of the topics. `<application>-changelog` and `<application>-dead-letters` are derived; all six must differ.',
      ),
    avro: avro.prefault({}).describe('How Avro values are framed.'),
    io: z
      .enum(['packed', 'standard'])
      .default('packed')
      .describe(
        "How records pass between librdkafka and the workers. packed: in whole batches, by the native addon; without the addon a warning says why, and `standard` serves. standard: node-rdkafka's plain calls, an object for each record, several times slower.",
      ),
    guarantee: z
      .enum(['exactly_once', 'at_least_once'])
      .default('exactly_once')
      .describe(
        'exactly_once: answers, state and input offsets in one transaction. at_least_once: faster answers that can be repeated after a crash, and no fencing between instances.',
      ),
    workers: z
      .strictObject({
        threads: whole(1, 64, 1).describe(
          'Worker threads; partition p belongs to worker p modulo threads. One takes less than a microsecond a request; more help where cores are idle, and cost where they are not.',
        ),
      })
      .prefault({})
      .describe('The pool that keeps the seat maps.'),
    batch: z
      .strictObject({
        maxMessages: whole(1, 1_000_000, 20_000).describe(
          'Most records of one batch, which is one transaction; fewer with status.payload: full.',
        ),
        maxWaitMs: whole(0, 1_000, 5).describe('Longest wait for a further record before a batch goes out smaller.'),
        inFlight: whole(1, 16, 3).describe('Batches computed or being committed and not persisted yet.'),
        maxHeldBackMessages: whole(1, 100_000_000, 100_000).describe(
          'Records that the merge of the two inputs may hold back per partition and topic; then that partition of that topic is paused.',
        ),
      })
      .prefault({})
      .describe('How records are grouped: larger batches are faster, smaller ones answer sooner.'),
    allocation: z
      .strictObject({
        adjacency: z
          .enum(['section', 'row'])
          .default('section')
          .describe('Whether seats are neighbours across the end of a row (section) or within a row only (row).'),
      })
      .prefault({})
      .describe('How seats are chosen.'),
    init: z
      .strictObject({
        onSold: z
          .enum(['replace', 'refuse'])
          .default('replace')
          .describe(
            'What a command does to a section that has sold seats: replace it, with a warning, or be a dead letter.',
          ),
      })
      .prefault({})
      .describe('How sections are set up.'),
    status: z
      .strictObject({
        payload: z
          .enum(['count', 'full'])
          .default('count')
          .describe('The slim SectionStatusEvent, or the whole map (SectionSeatState) of the replaced system.'),
        emit: z
          .enum(['latest', 'every'])
          .default('latest')
          .describe('One status per section and transaction, the last; or one per request.'),
      })
      .prefault({})
      .describe('What is published after requests.'),
    state: z
      .strictObject({
        directory: z
          .string()
          .refine(isAbsolute, 'expected an absolute path')
          .default('/var/lib/seatmapd')
          .describe(
            'Absolute path of the folder of the state, `<directory>/<application>/<partition>`, on a local disk.',
          ),
        durability: z
          .enum(['process', 'power'])
          .default('process')
          .describe(
            'process: survives kill -9; after a crash of the machine the changelog restores it. power: every persist is synced to the disk.',
          ),
        mapSizeBytes: z
          .int()
          .min(1_048_576)
          .max(17_592_186_044_416)
          .multipleOf(4_096)
          .default(1_073_741_824)
          .describe(
            'Address space of one partition to begin with, not space on the disk; LMDB extends it when the images need more.',
          ),
        standby: z
          .enum(['none', 'all'])
          .default('none')
          .describe(
            "all: this instance also keeps stores of the partitions that it does not own, by following the changelog, so that taking them over restores only the changelog's last stretch. It needs the disk for all of the state, reads the whole changelog, and a worker's time, which owned partitions come before.",
          ),
      })
      .prefault({})
      .describe('The store of the seat maps (LMDB).'),
    limits: limits.prefault({}).describe('What is accepted. It keeps a hostile record from stopping the daemon.'),
    transaction: z
      .strictObject({
        timeoutMs: whole(1_000, 900_000, 10_000).describe(
          "After it the broker aborts a dead instance's transaction (transaction.timeout.ms); a successor waits that long. The broker's transaction.max.timeout.ms limits it.",
        ),
      })
      .prefault({})
      .describe('Transactions of exactly_once.'),
    control: control.prefault({}).describe('How a running daemon is controlled.'),
    shutdown: z
      .strictObject({
        timeoutMs: whole(1_000, 600_000, 15_000).describe(
          "Longest drain after SIGTERM or SIGINT; then the process ends without it. Keep it below systemd's TimeoutStopSec.",
        ),
      })
      .prefault({})
      .describe('How the daemon stops.'),
    metrics: z
      .strictObject({
        intervalMs: whole(100, 3_600_000, 10_000).describe('How often a line of metrics is written to stdout.'),
        prometheus: z
          .strictObject({
            port: z.int().min(1).max(65_535).optional().meta({
              defaultText: 'none: off',
              description:
                'Serves the metrics to Prometheus on this port, at `/metrics`. One for each instance of a host.',
            }),
            host: z
              .string()
              .min(1)
              .default('127.0.0.1')
              .describe('Address that is listened on. Whoever reaches it can read the metrics; there is no password.'),
          })
          .prefault({})
          .describe('The same metrics for Prometheus.'),
      })
      .prefault({})
      .describe('What the daemon reports about itself.'),
    log: z
      .strictObject({
        level: z.enum(logLevels).default('info').describe('Least severe level that is written.'),
        format: z.enum(['json', 'pretty']).default('json').describe('One JSON object a line, or lines for people.'),
      })
      .prefault({})
      .describe('The log, on stdout.'),
  })
  .superRefine(refuseEqualTopics, { when: (payload) => named.safeParse(payload.value).success })
  .superRefine(refuseForProtocol, { when: (payload) => grouped.safeParse(payload.value).success });

const named = z.object({
  application: z.string(),
  topics: z.object({ init: z.string(), requests: z.string(), results: z.string(), status: z.string() }),
});

/** Refuses two topics of one name. Of the two the one that was changed is the mistake, so defaults are looked at first. */
function refuseEqualTopics(value: z.output<typeof named>, context: z.RefinementCtx): void {
  const names = topicNames(value);
  const defaults: Readonly<Record<string, unknown>> = topics.parse({});
  const owners = new Map([
    [names.changelog, '<application>-changelog'],
    [names.deadLetters, '<application>-dead-letters'],
  ]);
  const keys = ['init', 'requests', 'results', 'status'] as const;
  for (const key of [
    ...keys.filter((candidate) => names[candidate] === defaults[candidate]),
    ...keys.filter((candidate) => names[candidate] !== defaults[candidate]),
  ]) {
    const owner = owners.get(names[key]);
    if (owner === undefined) owners.set(names[key], `topics.${key}`);
    else {
      const message = `${names[key]} is the name of ${owner} too; all six topics must differ`;
      context.addIssue({ code: 'custom', path: ['topics', key], message, input: names[key] });
    }
  }
}

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A valid configuration: every key present, defaults filled in. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;

export interface TopicNames {
  readonly init: string;
  readonly requests: string;
  readonly results: string;
  readonly status: string;
  readonly changelog: string;
  readonly deadLetters: string;
}

/** The six topics: four by their configured names, two derived from the application. */
export function topicNames(config: DeepReadonly<z.output<typeof named>>): TopicNames {
  const { init, requests, results, status } = config.topics;
  const { application } = config;
  return {
    init,
    requests,
    results,
    status,
    changelog: `${application}-changelog`,
    deadLetters: `${application}-dead-letters`,
  };
}
