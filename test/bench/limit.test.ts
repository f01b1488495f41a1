import assert from 'node:assert/strict';
import { limit } from '../../bench/sides/limit.js';
import { configSchema } from '../../src/config/schema.js';
import { inputProperties, outputProperties } from '../../src/kafka/properties.js';
import { nameInputs, nameOutputs } from '../support/topics.js';
import { smallShape } from './outputs.js';

describe('bench: the limit', () => {
  it("is given the daemon's batch and properties, but for where it begins", () => {
    const context = { inputs: nameInputs(), outputs: nameOutputs(), shape: smallShape, folder: '/nowhere' };
    const { args } = limit.command({ side: 'limit' }, { ...context, bootstrapServers: 'host:9092' });
    const valuesOf = (name: string): string[] =>
      args.flatMap((argument, index) => (argument === name ? [args[index + 1] as string] : []));
    const config = configSchema.parse({
      application: context.outputs.application,
      instance: 'bench',
      kafka: { client: { 'bootstrap.servers': 'host:9092' } },
    });
    assert.deepEqual(
      valuesOf('--producer'),
      Object.entries(outputProperties(config)).map(([key, value]) => `${key}=${value}`),
    );
    const { 'group.id': group, ...consumer } = inputProperties(config, false);
    assert.deepEqual(
      valuesOf('--consumer'),
      Object.entries({ ...consumer, 'auto.offset.reset': 'earliest' }).map(([key, value]) => `${key}=${value}`),
    );
    assert.deepEqual(valuesOf('--group'), [group]);
    assert.deepEqual(valuesOf('--batch'), [String(config.batch.maxMessages)]);
  });
});
