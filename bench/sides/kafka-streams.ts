import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../test/support/kafka-jars.js';
import type { SideSettings } from '../results.js';
import { type Side, stateFolder } from './side.js';

type StreamsSettings = Extract<SideSettings, { side: 'kafka-streams' }>;

const folder = join(projectRoot, 'bench', 'kafka-streams');

/** The application of bench/kafka-streams; what its arguments mean is in its README. */
export const kafkaStreams: Side<StreamsSettings> = {
  async build() {
    await promisify(execFile)('mvn', ['-q', '-B', '-DskipTests', '-f', join(folder, 'pom.xml'), 'package']);
  },
  command(settings, { bootstrapServers, inputs, outputs, folder: runFolder }) {
    const args = {
      'bootstrap-servers': bootstrapServers,
      'application-id': outputs.application,
      'init-topic': inputs.init,
      'requests-topic': inputs.requests,
      'results-topic': outputs.results,
      'status-topic': outputs.status,
      variant: settings.variant,
      profile: settings.profile,
      'state-directory': stateFolder(runFolder),
    };
    return {
      program: 'java',
      args: [
        ...['-jar', join(folder, 'target', 'baseline.jar')],
        ...Object.entries(args).flatMap(([name, value]) => [`--${name}`, value]),
      ],
    };
  },
};
