import type { SectionInit } from '../../workers/avro.js';
import { sectionKey } from '../../workers/encode.js';
import { encodeInit, encodeRequest } from '../client/records.js';
import type { Sender } from '../client/sender.js';
import type { TopicNames } from '../config/schema.js';
import type { Ledger } from './ledger.js';
import { demoRequest } from './load.js';
import type { Random } from './random.js';

/**
 * Most requests without an answer. It bounds what a partition of the mock cluster, which keeps 5 MiB, has to hold; and
 * batches stay small enough for the board to move smoothly.
 */
const mostUnanswered = 1_000;

export type GeneratorOptions = {
  readonly sender: Sender;
  readonly topics: TopicNames;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly sections: readonly SectionInit[];
  readonly requests: number;
  /** Undefined: as fast as they are answered. */
  readonly requestsPerSecond: number | undefined;
};

/** Sends the sections, then the requests, step by step. */
export class Generator {
  private sent = 0;
  private startedMs: number | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly options: GeneratorOptions) {}

  async sendSections(): Promise<void> {
    const { sender, topics, sections } = this.options;
    await Promise.all(
      sections.map((init) => sender.send(topics.init, sectionKey(init.eventId, init.section), encodeInit(init))),
    );
  }

  /** Sends the requests that are due now. @throws what an earlier one failed with */
  step(): void {
    if (this.failure !== undefined) throw this.failure.error;
    const { sender, topics, ledger, random, sections } = this.options;
    for (let due = this.due(); due > 0; due -= 1) {
      const request = demoRequest(random, sections, this.sent);
      this.sent += 1;
      ledger.ask(request);
      sender
        .send(topics.requests, sectionKey(request.eventId, request.section), encodeRequest(request))
        .catch((error: unknown) => {
          this.failure ??= { error };
        });
    }
  }

  private due(): number {
    const { requests, requestsPerSecond, ledger } = this.options;
    const nowMs = performance.now();
    this.startedMs ??= nowMs;
    const paced =
      requestsPerSecond === undefined ? requests : Math.ceil(((nowMs - this.startedMs) / 1_000) * requestsPerSecond);
    return Math.min(paced - this.sent, requests - this.sent, mostUnanswered - (ledger.asked - ledger.answers));
  }
}
