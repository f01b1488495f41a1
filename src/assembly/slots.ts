import { readFileSync } from 'node:fs';
import { type Config, topicNames } from '../config/schema.js';
import type { FatalError } from '../errors.js';
import type { SlotFraming, SlotSettings } from '../slots/settings.js';
import { onAllSlots, PiscinaSlots } from '../slots/slots.js';
import type { PartitionCounts } from '../topics/verify-topics.js';
import type { Foundation } from './parts.js';

/** What the workers are told, one entry a slot. */
export function slotSettings(
  config: Config,
  storeDirectory: string,
  partitionCounts: PartitionCounts,
  framing: SlotFraming | undefined,
): SlotSettings[] {
  const { init, requests } = topicNames(config);
  const { requests: inputPartitions, results, status, deadLetters } = partitionCounts;
  const shared: Omit<SlotSettings, 'slot'> = {
    storeDirectory,
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    durability: config.state.durability,
    mapSizeBytes: config.state.mapSizeBytes,
    guarantee: config.guarantee,
    adjacency: config.allocation.adjacency,
    onSold: config.init.onSold,
    payload: config.status.payload,
    emit: config.status.emit,
    limits: config.limits,
    framing,
    topics: { init, requests },
    inputPartitions,
    partitionCounts: { results, status, deadLetters },
  };
  return Array.from({ length: config.workers.threads }, (_, slot) => ({ ...shared, slot }));
}

/** Makes the workers; they are there once `greetSlots` is done. */
export function makeSlots(
  { closers, metrics: { latencies } }: Foundation,
  settings: readonly SlotSettings[],
  onDeath: (error: FatalError) => void,
): PiscinaSlots {
  const slots = new PiscinaSlots(settings, onDeath, (kind, latencyMs) => {
    if (kind === 'process') latencies.processLatencyMs.record(latencyMs);
    if (kind === 'persist') latencies.persistLatencyMs.record(latencyMs);
  });
  closers.add(() => slots.destroy());
  return slots;
}

/** Waits until every worker has answered: the slots' order is known from then on. */
export async function greetSlots(slots: PiscinaSlots): Promise<void> {
  await onAllSlots(slots, { kind: 'hello' });
}
