import type { Broker } from '../support/broker.js';
import type { Expected } from '../support/expected.js';
import { Random } from '../support/random.js';
import { createInputs, createOutputs, type Inputs, type Topics } from '../support/topics.js';
import { expectedOf, loadInputs } from './run.js';

const partitions = 32;
const seed = 20_251_122;

let loaded: Promise<{ inputs: Inputs; expected: Expected }> | undefined;

/**
 * The main job: 200 sections of 50 × 100 seats, 200,000 requests of 1–4 seats over 32 partitions. The inputs are loaded
 * and modelled once; each caller gets an application and outputs of its own.
 */
export async function mainLoad(broker: Broker): Promise<{ topics: Topics; expected: Expected }> {
  loaded ??= (async () => {
    const inputs = await createInputs(broker.bootstrapServers, partitions);
    await loadInputs(broker, inputs, new Random(seed), {
      sections: 200,
      rows: 50,
      seatsPerRow: 100,
      requests: 200_000,
    });
    return { inputs, expected: await expectedOf(broker, inputs) };
  })();
  const { inputs, expected } = await loaded;
  return { topics: { ...inputs, ...(await createOutputs(broker.bootstrapServers, partitions)) }, expected };
}
