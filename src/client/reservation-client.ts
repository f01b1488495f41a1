import { randomUUID } from 'node:crypto';
import type { Long, ReservationRequest, ReservationResult, SectionInit } from '../../workers/avro.js';
import { sectionKey } from '../../workers/section-key.js';
import { messageOf, needsPerson } from '../errors.js';
import type { Properties } from '../kafka/properties.js';
import { AnswerFeed } from './answer-feed.js';
import { Outcomes } from './outcomes.js';
import { PendingReservations } from './pending-reservations.js';
import { readerProperties, requestProducerProperties } from './properties.js';
import { bareCodec, type ReservationCodec } from './reservation-codec.js';
import { NotAcknowledgedError, NotWrittenError, OutcomeUnknownError } from './reservation-errors.js';
import type { Delivery } from './sender.js';
import { notConnected, notSent, Senders, type Sending } from './senders.js';
import type { CommittedRecord } from './status-source.js';

export type ReservationTopics = { readonly init: string; readonly requests: string; readonly results: string };

export type ReservationClientOptions = {
  /** librdkafka's properties of all its clients, dotted as in its documentation: `bootstrap.servers`, security. */
  readonly client: Properties;
  /** Properties of the producer, and of the consumer, alone; they win over `client`. */
  readonly producer?: Properties;
  readonly consumer?: Properties;
  /** Unless said otherwise section-init, reservation-requests and reservation-completed. */
  readonly topics?: Partial<ReservationTopics>;
  /** Longest wait for an answer, or an acknowledgement (10,000 ms), where a call does not say otherwise. */
  readonly timeoutMs?: number;
  /** The most reservations that are not answered yet (10,000); one more is refused. */
  readonly inFlightLimit?: number;
  /** Bare Avro, unless said otherwise. */
  readonly codec?: ReservationCodec;
  /** Is told why answers can't be read, or requests not sent, at the moment. The client goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
};

/** A request for adjacent seats. */
export type SeatsWanted = {
  readonly eventId: Long;
  readonly section: string;
  /** From 1 to 2^31 − 1. */
  readonly seatCount: number;
  readonly userId: string;
};

export type ReserveOptions = {
  readonly timeoutMs?: number;
  /** An id of the application's own, never used before: to be kept before the request is sent. A random UUID otherwise. */
  readonly reservationId?: string;
};

export type OutcomeOptions = {
  /** When the request was sent, milliseconds since the epoch: nothing that is clearly older is read. */
  readonly sinceMs?: number;
  readonly timeoutMs?: number;
};

export type SectionWanted = Omit<SectionInit, 'initialReserved'> & Partial<Pick<SectionInit, 'initialReserved'>>;

const maxInt = 2 ** 31 - 1;

/**
 * Asks a running daemon for seats over its topics, and tells each committed answer. Many reservations share one producer and one
 * consumer, which is in no group. A request is written once at most. See docs/CLIENT.md. Main thread only.
 */
export class ReservationClient {
  private readonly pending: PendingReservations;
  private feed: AnswerFeed | undefined;
  private readonly timeoutMs: number;
  private isClosed = false;

  private constructor(
    options: ReservationClientOptions,
    private readonly topics: ReservationTopics,
    private readonly codec: ReservationCodec,
    private readonly senders: Senders,
    private readonly outcomes: Outcomes,
  ) {
    this.pending = new PendingReservations(options.inFlightLimit ?? 10_000);
    this.timeoutMs = options.timeoutMs ?? 10_000;
  }

  /**
   * Connects the producer and the consumer of answers.
   * @throws FatalError when no broker answers within 10 s (`exitCode` 75), or none lets this client in or has the topics (78)
   */
  static async connect(options: ReservationClientOptions): Promise<ReservationClient> {
    const { client, producer = {}, consumer = {}, codec = bareCodec, onProblem = () => undefined } = options;
    const topics: ReservationTopics = {
      ...{ init: 'section-init', requests: 'reservation-requests', results: 'reservation-completed' },
      ...options.topics,
    };
    const properties = readerProperties({ ...client, ...consumer });
    const needed = [topics.requests, topics.results];
    const senders = await Senders.connect(requestProducerProperties({ ...client, ...producer }), needed, onProblem);
    const outcomes = new Outcomes(properties, topics.results, codec);
    const reservations = new ReservationClient(options, topics, codec, senders, outcomes);
    try {
      reservations.feed = await AnswerFeed.start({
        ...{ properties, topic: topics.results, onProblem },
        onAnswer: (record) => reservations.take(record),
        isAwaited: () => reservations.pending.size > 0,
      });
    } catch (error) {
      await senders.close();
      throw error;
    }
    return reservations;
  }

  /** Reservations that are not answered yet. */
  get inFlight(): number {
    return this.pending.size;
  }

  /**
   * Sends a request for seats; resolves with the daemon's committed answer, CONFIRMED or REJECTED.
   * @throws OutcomeUnknownError when no answer came in time: it must not be sent again, `outcome` looks the answer up;
   *   TooManyInFlightError, NotWrittenError when it is certain that nothing was sent; RangeError for what is no request
   */
  async reserve(wanted: SeatsWanted, options: ReserveOptions = {}): Promise<ReservationResult> {
    const { eventId, section, seatCount, userId } = wanted;
    if (!Number.isInteger(seatCount) || seatCount < 1 || seatCount > maxInt)
      throw new RangeError(`seatCount: expected a whole number from 1 to ${maxInt}, not ${seatCount}`);
    this.assertUsable(section);
    const { timeoutMs = this.timeoutMs, reservationId = randomUUID() } = options;
    const sentMs = Date.now();
    const request = { reservationId, eventId, section, seatCount, userId, timestamp: sentMs };
    const sending = this.senders.current();
    const { results } = this.topics;
    const answered = this.pending.open(reservationId, timeoutMs, () =>
      sending.cancel()
        ? new OutcomeUnknownError(reservationId, sentMs, `no answer in ${results} within ${timeoutMs} ms`)
        : notConnected(timeoutMs),
    );
    this.send(request, sending).catch((error: unknown) => {
      const isCertain = error instanceof NotWrittenError;
      this.pending.fail(
        reservationId,
        isCertain ? error : new OutcomeUnknownError(reservationId, sentMs, messageOf(error), error),
      );
    });
    const answer = await answered;
    try {
      return await this.codec.decodeResult(answer);
    } catch (error) {
      throw new OutcomeUnknownError(reservationId, sentMs, `its answer can't be read: ${messageOf(error)}`, error);
    }
  }

  /**
   * Sends the command that sets up a section, or replaces it with all its seats free again; resolves when it is written. What
   * the daemon's limits forbid becomes a dead letter there.
   * @throws NotAcknowledgedError when that is not known in time; NotWrittenError, RangeError
   */
  async init(wanted: SectionWanted, options: Pick<ReserveOptions, 'timeoutMs'> = {}): Promise<Delivery> {
    const init: SectionInit = { initialReserved: [], ...wanted };
    const { eventId, section } = init;
    this.assertUsable(section);
    const { timeoutMs = this.timeoutMs } = options;
    const what = `section ${section} of event ${eventId}`;
    const sending = this.senders.current();
    const value = await encoded(() => this.codec.encodeInit(init));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const mayBeWritten = sending.cancel();
        reject(
          mayBeWritten
            ? new NotAcknowledgedError(what, `no acknowledgement within ${timeoutMs} ms`)
            : notConnected(timeoutMs),
        );
      }, timeoutMs);
      sending
        .send(this.topics.init, sectionKey(eventId, section), value)
        .catch((error: unknown) => {
          if (error instanceof NotWrittenError) throw error;
          throw new NotAcknowledgedError(what, messageOf(error), error);
        })
        .finally(() => clearTimeout(timer))
        .then(resolve, reject);
    });
  }

  /**
   * Looks a reservation's answer up in the results topic, up to what is committed now; undefined when there is none yet.
   * @throws FatalError (75) when the topic can't be read in time
   */
  async outcome(reservationId: string, options: OutcomeOptions = {}): Promise<ReservationResult | undefined> {
    if (this.isClosed) throw needsPerson('The reservation client is closed.');
    const { sinceMs, timeoutMs = this.timeoutMs } = options;
    return this.outcomes.find(reservationId, sinceMs, timeoutMs);
  }

  /** Takes no more requests, waits for the answers in flight, each as long as it was given, and disconnects. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.pending.empty();
    await Promise.all([this.feed?.close(), this.outcomes.close()]);
    await this.senders.close();
  }

  private async send(request: ReservationRequest, sending: Sending): Promise<void> {
    const value = await encoded(() => this.codec.encodeRequest(request));
    await sending.send(this.topics.requests, sectionKey(request.eventId, request.section), value);
  }

  private assertUsable(section: string): void {
    if (this.isClosed) throw needsPerson('The reservation client is closed: nothing was sent.');
    if (section === '') throw new RangeError("section: a section's name can't be empty");
  }

  private take({ key, value }: CommittedRecord): void {
    if (value !== null) this.pending.settle(key.toString(), value);
  }
}

/** A value to send. @throws NotWrittenError where there is none, for instance because a schema registry is away */
async function encoded(encode: () => Buffer | Promise<Buffer>): Promise<Buffer> {
  try {
    return await encode();
  } catch (error) {
    throw notSent(messageOf(error), error);
  }
}
