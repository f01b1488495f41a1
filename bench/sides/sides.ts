import type { SideSettings } from '../results.js';
import { kafkaStreams } from './kafka-streams.js';
import { limit } from './limit.js';
import { seatmapd } from './seatmapd.js';
import type { Command, SideContext } from './side.js';

/** Compiles what the settings need. */
export async function buildSides(all: readonly SideSettings[]): Promise<void> {
  const needed = new Set(all.map(({ side }) => side));
  if (needed.has('limit')) await limit.build();
  if (needed.has('kafka-streams')) await kafkaStreams.build();
  if (needed.has('seatmapd')) await seatmapd.build();
}

export function commandOf(settings: SideSettings, context: SideContext): Command {
  switch (settings.side) {
    case 'limit':
      return limit.command(settings, context);
    case 'kafka-streams':
      return kafkaStreams.command(settings, context);
    case 'seatmapd':
      return seatmapd.command(settings, context);
  }
}
