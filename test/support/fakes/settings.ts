import type { SlotSettings } from '../../../src/slots/settings.js';

export const topicNames = {
  init: 'section-init',
  requests: 'reservation-requests',
  results: 'reservation-completed',
  status: 'section-status',
  changelog: 'app-changelog',
  deadLetters: 'app-dead-letters',
};

const defaults: SlotSettings = {
  slot: 0,
  storeDirectory: '',
  bootId: 'a boot',
  durability: 'process',
  mapSizeBytes: 16 * 1_048_576,
  guarantee: 'exactly_once',
  adjacency: 'section',
  onSold: 'replace',
  payload: 'count',
  emit: 'latest',
  limits: {
    sectionNameBytes: 512,
    seatsPerSection: 1_000_000,
    seatsPerRequest: 1_000,
    messageBytes: 1_000_000,
    sectionsPerPartition: 100_000,
  },
  framing: undefined,
  topics: topicNames,
  inputPartitions: 8,
  partitionCounts: { results: 4, status: 3, deadLetters: 2 },
};

/** The configuration's defaults, as a worker gets them; the limits given replace single ones. */
export const slotSettings = (
  overrides: Partial<Omit<SlotSettings, 'limits'>> & { readonly limits?: Partial<SlotSettings['limits']> } = {},
): SlotSettings => ({ ...defaults, ...overrides, limits: { ...defaults.limits, ...overrides.limits } });
