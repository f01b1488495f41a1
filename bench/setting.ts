import type { Native } from '../src/kafka/native.js';
import type { Broker } from '../test/support/broker.js';

/** What every run of a benchmark shares. */
export type Setting = {
  readonly native: Native;
  readonly broker: Broker;
};
