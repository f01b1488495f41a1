import type { Command } from 'commander';
import type { Long, ReservationResult } from '../../workers/avro.js';
import { assertSectionName, eventId, whole } from '../client/arguments.js';
import { codecOf } from '../client/registry-codec.js';
import { ReservationClient, type SeatsWanted } from '../client/reservation-client.js';
import { type Config, topicNames } from '../config/schema.js';
import { ExitCode } from '../errors.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';

const defaultTimeoutMs = 10_000;

interface ReserveOptions extends ConfigurationOptions {
  readonly user: string;
  readonly timeoutMs: number;
  readonly json?: boolean;
}

/** `reserve`: sends a request for seats and prints its committed answer. */
export function register(program: Command): void {
  withConfiguration(program.command('reserve'))
    .description('send a request for seats to a running daemon and print its committed answer')
    .argument('<event>', "the event's id, a whole number of 64 bits", eventId)
    .argument('<section>', "the section's name")
    .argument('<seats>', 'how many adjacent seats', whole(1))
    .option('--user <id>', 'who asks', 'seatmapd-cli')
    .option('--timeout-ms <n>', 'longest wait for the answer', whole(100, 3_600_000), defaultTimeoutMs)
    .option('--json', 'print the whole answer as JSON (a long beyond 2^53 as a string)')
    .addHelpText(
      'after',
      '\nExit codes: 0 confirmed, 1 rejected, 75 unknown: no answer in time, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd reserve 1 A 2 -c seatmapd.yaml\n' +
        '  seatmapd reserve 1 A 2 --user anna --timeout-ms 30000 --json\n',
    )
    .action(async (event: Long, section: string, seatCount: number, options: ReserveOptions) => {
      const { config } = loadFrom(options);
      assertSectionName(section, config.limits.sectionNameBytes);
      const result = await reserve(config, options.timeoutMs, {
        eventId: event,
        section,
        seatCount,
        userId: options.user,
      });
      process.stdout.write(`${options.json === true ? asJson(result) : asLine(result)}\n`);
      process.exitCode = result.status === 'CONFIRMED' ? ExitCode.drained : ExitCode.checkFailed;
    });
}

async function reserve(config: Config, timeoutMs: number, wanted: SeatsWanted): Promise<ReservationResult> {
  const name = `${config.application}-client`;
  const reservations = await ReservationClient.connect({
    client: { 'client.id': name, ...config.kafka.client },
    producer: { ...config.kafka.producer, 'linger.ms': 0, 'message.max.bytes': config.limits.messageBytes },
    consumer: { ...config.kafka.consumer, 'group.id': name },
    topics: topicNames(config),
    codec: codecOf(config),
    timeoutMs,
  });
  try {
    return await reservations.reserve(wanted);
  } finally {
    await reservations.close();
  }
}

const asLine = ({ status, allocatedSeats, reservationId }: ReservationResult): string =>
  `${status}${allocatedSeats.length > 0 ? `: ${allocatedSeats.join(', ')}` : ''} (reservation ${reservationId})`;

const asJson = (result: ReservationResult): string =>
  JSON.stringify(result, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
