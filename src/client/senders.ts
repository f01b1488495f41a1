import { setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import { ExitCode, FatalError, messageOf } from '../errors.js';
import { codeOf } from '../kafka/failure.js';
import type { Properties } from '../kafka/properties.js';
import { NotWrittenError } from './reservation-errors.js';
import { type Delivery, Sender } from './sender.js';

/** Between two attempts to connect. */
const retryMs = 1_000;

/** One record on its way. */
export interface Sending {
  /** Sends it, once the producer is connected. @throws as Sender.send; NotWrittenError also without a connection, or cancelled before */
  send(topic: string, key: string, value: Buffer): Promise<Delivery>;
  /**
   * Nobody waits for it any more: it is not sent, or, if it has been and is not acknowledged, its producer is ended. Returns
   * whether it may be written.
   */
  cancel(): boolean;
}

/**
 * The producer, and its successor when a record that it holds was given up. Only the end of a producer keeps such a record from
 * being written much later, or, by librdkafka's own recovery, a second time; records that were not acknowledged go with it.
 */
export class Senders {
  private readonly closing = new AbortController();

  private constructor(
    private readonly properties: Properties,
    private readonly needed: readonly string[],
    private readonly onProblem: (error: unknown) => void,
    private sender: Promise<Sender>,
  ) {}

  /** @param needed topics that must be there. @throws as Sender.connect */
  static async connect(
    properties: Properties,
    needed: readonly string[],
    onProblem: (error: unknown) => void,
  ): Promise<Senders> {
    return new Senders(properties, needed, onProblem, Promise.resolve(await Sender.connect(properties, needed)));
  }

  current(): Sending {
    const sender = this.sender;
    let state: 'waiting' | 'handedOver' | 'settled' | 'cancelled' = 'waiting';
    const isCancelled = (): boolean => state === 'cancelled';
    return {
      send: async (topic, key, value) => {
        const connected = await sender.catch((error: unknown) => {
          throw notSent(messageOf(error), error);
        });
        if (isCancelled()) throw notSent('it was given up before its producer was connected');
        state = 'handedOver';
        try {
          return await connected.send(topic, key, value);
        } catch (error) {
          // A producer that met a fatal error sends nothing more.
          if (codeOf((error as Error).cause) === Kafka.CODES.ERRORS.ERR__FATAL) this.replace(sender);
          throw error;
        } finally {
          state = 'settled';
        }
      },
      cancel: () => {
        if (state === 'handedOver') this.replace(sender);
        if (state === 'waiting') state = 'cancelled';
        return state !== 'cancelled';
      },
    };
  }

  async close(): Promise<void> {
    this.closing.abort();
    await (await this.sender.catch(() => undefined))?.close();
  }

  /** Ends a producer, unless that was done, and connects the next, however long that takes: what is to be sent waits for it. */
  private replace(sender: Promise<Sender>): void {
    if (this.sender !== sender) return;
    this.sender = this.successor(sender);
    // Whoever sends is told; with nobody there is nobody to tell.
    this.sender.catch(() => undefined);
  }

  private async successor(sender: Promise<Sender>): Promise<Sender> {
    await (await sender).abandon();
    for (;;) {
      this.closing.signal.throwIfAborted();
      try {
        return await Sender.connect(this.properties, this.needed);
      } catch (error) {
        this.onProblem(error);
      }
      await sleep(retryMs, undefined, { signal: this.closing.signal });
    }
  }
}

export const notSent = (reason: string, cause?: unknown): NotWrittenError =>
  new NotWrittenError(
    cause instanceof FatalError ? cause.exitCode : ExitCode.temporary,
    `The request was not sent: ${reason}`,
    { cause },
  );

/** Of a record that waited for a producer, and was cancelled. */
export const notConnected = (timeoutMs: number): NotWrittenError =>
  notSent(`no Kafka broker answered within ${timeoutMs} ms`);
