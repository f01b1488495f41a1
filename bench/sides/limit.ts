import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { configSchema } from '../../src/config/schema.js';
import { inputProperties, outputProperties, type Properties } from '../../src/kafka/properties.js';
import { projectRoot } from '../../test/support/kafka-jars.js';
import type { SideSettings } from '../results.js';
import { seatmapdConfiguration } from './seatmapd.js';
import type { Side } from './side.js';

type LimitSettings = Extract<SideSettings, { side: 'limit' }>;

const source = join(projectRoot, 'bench', 'limit', 'limit.c');
const compiledFolder = join(projectRoot, '.cache', 'bench');
const compiled = join(compiledFolder, 'limit');
/** node-rdkafka's own librdkafka: the one that the daemon runs on. */
const librdkafka = join(projectRoot, 'node_modules', 'node-rdkafka', 'build', 'deps');

/** The C program of bench/limit, with the properties and the batch size of the daemon. */
export const limit: Side<LimitSettings> = {
  async build() {
    mkdirSync(compiledFolder, { recursive: true });
    const library = [
      `-isystem${join(librdkafka, 'include')}`,
      `-L${librdkafka}`,
      '-lrdkafka',
      `-Wl,-rpath,${librdkafka}`,
    ];
    await promisify(execFile)('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', source, ...library, '-o', compiled]);
  },
  command(_settings, context) {
    const like = {
      side: 'seatmapd',
      io: 'packed',
      guarantee: 'exactly_once',
      emit: 'every',
      payload: 'count',
    } as const;
    const config = configSchema.parse(seatmapdConfiguration({ ...like, workers: 1 }, context));
    const { 'group.id': group, ...consumer } = inputProperties(config, false);
    const args = [
      ...['--group', String(group), '--input', context.inputs.requests, '--output', context.outputs.results],
      ...['--batch', String(config.batch.maxMessages), '--wait-ms', String(config.batch.maxWaitMs)],
      // Nothing was committed yet, and the program has nothing that would tell it where to begin.
      ...assignments('--consumer', { ...consumer, 'auto.offset.reset': 'earliest' }),
      ...assignments('--producer', outputProperties(config)),
    ];
    return { program: compiled, args };
  },
};

const assignments = (name: string, properties: Properties): string[] =>
  Object.entries(properties).flatMap(([key, value]) => [name, `${key}=${value}`]);
