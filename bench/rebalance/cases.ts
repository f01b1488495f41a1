import type { Config } from '../../src/config/schema.js';

/** What befalls the second instance while the load goes on. */
export const befallings = ['joins', 'is killed and restarted', 'leaves'] as const;
export type Befalling = (typeof befallings)[number];

export type RebalanceCase = { readonly name: string; readonly group: Config['group'] };

export const rebalanceCases: readonly RebalanceCase[] = [
  { name: 'classic', group: { protocol: 'classic', membership: 'dynamic' } },
  { name: 'consumer', group: { protocol: 'consumer', membership: 'dynamic' } },
  { name: 'classic-static', group: { protocol: 'classic', membership: 'static' } },
];

/** Heartbeats and session under KIP-848, which are the broker's: the same as the daemon's under the classic protocol. */
export const brokerProperties = {
  'group.consumer.min.heartbeat.interval.ms': 1_000,
  'group.consumer.heartbeat.interval.ms': 1_000,
  'group.consumer.min.session.timeout.ms': 10_000,
  'group.consumer.session.timeout.ms': 10_000,
};
