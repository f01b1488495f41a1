import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { projectRoot } from '../../test/support/kafka-jars.js';
import type { SideSettings } from '../results.js';
import { type Side, type SideContext, stateFolder } from './side.js';

export type SeatmapdSettings = Extract<SideSettings, { side: 'seatmapd' }>;

/** The configuration of a run: the defaults, but for what the run is about. */
export function seatmapdConfiguration(settings: SeatmapdSettings, context: SideContext): object {
  const { bootstrapServers, inputs, outputs, folder } = context;
  return {
    application: outputs.application,
    instance: 'bench',
    kafka: { client: { 'bootstrap.servers': bootstrapServers } },
    topics: { init: inputs.init, requests: inputs.requests, results: outputs.results, status: outputs.status },
    io: settings.io,
    guarantee: settings.guarantee,
    workers: { threads: settings.workers },
    status: { payload: settings.payload, emit: settings.emit },
    state: { directory: stateFolder(folder) },
  };
}

/** The daemon as it is installed: bin/seatmapd.cjs on what `npm run build` compiled. */
export const seatmapd: Side<SeatmapdSettings> = {
  build: () => Promise.resolve(),
  command(settings, context) {
    const file = join(context.folder, 'seatmapd.yaml');
    writeFileSync(file, stringify(seatmapdConfiguration(settings, context)));
    return { program: process.execPath, args: [join(projectRoot, 'bin', 'seatmapd.cjs'), 'run', '-c', file] };
  },
};
