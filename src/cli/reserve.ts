import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Long, ReservationRequest, ReservationResult } from '../../workers/avro.js';
import { sectionKey } from '../../workers/encode.js';
import { assertSectionName, eventId, whole } from '../client/arguments.js';
import { Follower } from '../client/follower.js';
import { followerProperties, senderProperties } from '../client/properties.js';
import { decodeResult, encodeRequest } from '../client/records.js';
import { Sender } from '../client/sender.js';
import { silentLog } from '../client/silent-log.js';
import { type Config, topicNames } from '../config/schema.js';
import { ExitCode, messageOf, temporary } from '../errors.js';
import { codeOf } from '../kafka/failure.js';
import { watermarkProperties } from '../kafka/properties.js';
import { KafkaWatermarks } from '../kafka/watermarks.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';

const defaultTimeoutMs = 10_000;
const pollMs = 100;
const pollLimit = 1_000;

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
      const result = await reserve(config, { event, section, seatCount, ...options });
      process.stdout.write(`${options.json === true ? asJson(result) : asLine(result)}\n`);
      process.exitCode = result.status === 'CONFIRMED' ? ExitCode.drained : ExitCode.checkFailed;
    });
}

type Wish = {
  readonly event: Long;
  readonly section: string;
  readonly seatCount: number;
  readonly user: string;
  readonly timeoutMs: number;
};

async function reserve(config: Config, wish: Wish): Promise<ReservationResult> {
  const { event, section, seatCount, user, timeoutMs } = wish;
  const { requests, results } = topicNames(config);
  const times = { deliveryTimeoutMs: timeoutMs, lingerMs: 0 };
  const [sender, follower, watermarks] = await Promise.all([
    Sender.connect(senderProperties(config, times), [requests, results]),
    Follower.connect(followerProperties(config)),
    KafkaWatermarks.connect(watermarkProperties(config), silentLog),
  ]);
  try {
    const reservationId = randomUUID();
    const partition = sender.partitionOf(results, reservationId);
    // What is written from here on has an offset at or beyond the high watermark of this moment, the answer too.
    const { high } = await watermarks.range(results, partition);
    follower.follow([{ topic: results, partition, offset: high }]);

    const request: ReservationRequest = {
      ...{ reservationId, eventId: event, section, seatCount, userId: user },
      timestamp: Date.now(),
    };
    const deadlineMs = performance.now() + timeoutMs;
    await sender.send(requests, sectionKey(event, section), encodeRequest(request)).catch((error: unknown) => {
      throw isRefused(error) ? error : unknownOutcome(reservationId, messageOf(error), error);
    });
    const result = await answerTo(reservationId, follower, deadlineMs);
    if (result === undefined) throw unknownOutcome(reservationId, `no answer in ${results} within ${timeoutMs} ms`);
    return result;
  } finally {
    await Promise.all([sender.close(), follower.close(), watermarks.close()]);
  }
}

async function answerTo(
  reservationId: string,
  follower: Follower,
  deadlineMs: number,
): Promise<ReservationResult | undefined> {
  while (performance.now() < deadlineMs) {
    for (const { key, value } of await follower.next(pollLimit, pollMs)) {
      if (value !== null && key?.toString() === reservationId) return decodeResult(value);
    }
  }
  return undefined;
}

/** Whether a broker, or librdkafka before it sent anything, said no: Kafka's own error codes are positive, timeouts are not. */
const isRefused = (error: unknown): boolean => error instanceof Error && codeOf(error.cause) > 0;

const unknownOutcome = (reservationId: string, reason: string, cause?: unknown): Error =>
  temporary(
    `The outcome of reservation ${reservationId} is unknown: ${reason}. It may still be answered; sending the request again would reserve twice.`,
    cause,
  );

const asLine = ({ status, allocatedSeats, reservationId }: ReservationResult): string =>
  `${status}${allocatedSeats.length > 0 ? `: ${allocatedSeats.join(', ')}` : ''} (reservation ${reservationId})`;

const asJson = (result: ReservationResult): string =>
  JSON.stringify(result, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
