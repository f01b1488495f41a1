import { messageOf, temporary } from '../../src/errors.js';
import type { OffsetRange, Watermarks } from '../../src/kafka/watermarks.js';
import type { Cluster } from '../cluster/cluster.js';
import type { Calls } from './calls.js';

/** Asks for high watermarks, which lie beyond the last stable offset while a transaction is open. */
export class SimWatermarks implements Watermarks {
  constructor(
    private readonly cluster: Cluster,
    private readonly calls: Calls,
  ) {}

  async range(topic: string, partition: number): Promise<OffsetRange> {
    try {
      return await this.calls.request('watermarks', () => this.cluster.log(topic, partition).range);
    } catch (error) {
      throw temporary(`the offsets of ${topic}-${partition} can't be read: ${messageOf(error)}`, error);
    }
  }

  async close(): Promise<void> {}
}
