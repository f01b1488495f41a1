import type { Command } from 'commander';
import { topicNames } from '../config/schema.js';
import { describeTopics } from '../topics/describe-topics.js';
import { descriptionJson } from '../topics/description-json.js';
import { descriptionTable } from '../topics/description-table.js';
import { ROLES } from '../topics/desired-topics.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';
import { withAsking } from './topics-client.js';

interface DescribeOptions extends ConfigurationOptions {
  readonly json?: boolean;
}

/** `topics describe`: what the cluster has of topics, and how far each consumer group is behind. */
export function registerDescribe(topics: Command): void {
  withConfiguration(topics.command('describe'))
    .description('partitions, replicas, configuration and records of topics, and the lag of every consumer group')
    .argument('[topics...]', "names of topics (default: the daemon's six)")
    .option('--json', 'one JSON object, with every partition and configuration')
    .addHelpText(
      'after',
      "\nRECORDS counts offsets up to the last stable one, markers and compacted ones too. Bytes are not told: librdkafka can't ask\n" +
        'for them (DescribeLogDirs); kafka-log-dirs.sh --describe --topic-list <topic> does.\n' +
        '\nExit codes: 0 described, 75 no broker answers, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd topics describe -c seatmapd.yaml\n' +
        '  seatmapd topics describe reservation-requests --json\n',
    )
    .action(async (given: readonly string[], options: DescribeOptions) => {
      const { config } = loadFrom(options);
      const names = topicNames(config);
      const asked = given.length > 0 ? [...new Set(given)] : ROLES.map((role) => names[role]);
      const described = await withAsking(config, (asking) => describeTopics(asking, asked));
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ topics: described.map(descriptionJson) })}\n`
          : descriptionTable(described),
      );
    });
}
