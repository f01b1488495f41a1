import { setTimeout as sleep } from 'node:timers/promises';
import type { SectionInit } from '../../workers/avro.js';
import { senderProperties } from '../client/properties.js';
import { Sender } from '../client/sender.js';
import { loadConfiguration } from '../config/load.js';
import { topicNames } from '../config/schema.js';
import { temporary } from '../errors.js';
import type { BoardState } from './board.js';
import { DaemonProcess } from './daemon-process.js';
import { Feed } from './feed.js';
import { Generator } from './generator.js';
import { Ledger } from './ledger.js';
import { demoSections } from './load.js';
import { MockCluster } from './mock-cluster.js';
import { Random } from './random.js';
import { Rate } from './rate.js';
import type { Screen } from './screen.js';
import { type Finding, findings } from './verdict.js';
import { Workplace } from './workplace.js';

const readyTimeoutMs = 60_000;
const deliveryTimeoutMs = 30_000;
const lingerMs = 2;
/** With no record for this long what has not come is missing. */
const stallTimeoutMs = 30_000;

export type DemoOptions = {
  readonly sections: number;
  readonly requests: number;
  readonly seed: number;
  /** Requests per second; undefined: as fast as they are answered. */
  readonly rate: number | undefined;
};

/** One run of the demo: a mock cluster, the real daemon on it, a load, and an account of what came out. */
export class Demo {
  private readonly closers: (() => Promise<void> | void)[] = [];
  private readonly ending = new AbortController();
  private readonly rate = new Rate();
  private readonly random: Random;
  private readonly sections: readonly SectionInit[];
  private readonly ledger: Ledger;
  private startedMs = 0;

  constructor(
    private readonly options: DemoOptions,
    private readonly screen: Screen,
  ) {
    this.random = new Random(options.seed);
    this.sections = demoSections(this.random, options.sections, options.requests);
    this.ledger = new Ledger(this.sections);
  }

  /** Runs until the last answer is accounted for. @throws what `end` was told; FatalError (1) when the daemon died */
  async run(): Promise<Finding[]> {
    try {
      return await this.play();
    } finally {
      for (const close of this.closers.reverse()) await close();
    }
  }

  /** Ends a run early: what was started is ended in order, then `run` throws `reason`. */
  end(reason: Error): void {
    this.ending.abort(reason);
  }

  private async play(): Promise<Finding[]> {
    const { screen, ledger, random, sections } = this;
    const { requests, rate: requestsPerSecond } = this.options;
    const cluster = await MockCluster.start();
    this.closers.push(() => cluster.stop());
    const workplace = new Workplace(cluster.bootstrapServers);
    this.atEnd(() => workplace.remove());
    const { config } = loadConfiguration({ file: workplace.configurationFile, environment: {} });
    const topics = topicNames(config);
    await cluster.createTopics(Object.values(topics));

    screen.print(`A mock Kafka cluster (librdkafka's, in this process) listens on ${cluster.bootstrapServers}.`);
    const daemon = await this.startDaemon(workplace);
    const times = { deliveryTimeoutMs, lingerMs };
    const sender = await Sender.connect(senderProperties(config, times), Object.values(topics));
    this.closers.push(() => sender.close());
    const feed = await Feed.start(config, (topic) => sender.partitionCount(topic), ledger);
    this.closers.push(() => feed.close());

    const generator = new Generator({ sender, topics, ledger, random, sections, requests, requestsPerSecond });
    await generator.sendSections();
    await this.advance(feed, () => ledger.allSectionsKnown);
    this.startedMs = performance.now();
    await this.advance(feed, () => {
      generator.step();
      screen.draw(() => this.state());
      return ledger.answers === requests;
    });
    const durationMs = feed.lastRecordMs - this.startedMs;

    // Only a daemon that has ended can send nothing more: then what the topics hold is all there is.
    const daemonExitCode = await daemon.stop();
    await feed.finish();
    const answersPerSecond = (ledger.answers * 1_000) / durationMs;
    screen.draw(() => ({ ...this.state(), answersPerSecond, elapsedMs: durationMs }), true);
    return findings(ledger, { durationMs, daemonExitCode });
  }

  private async startDaemon(workplace: Workplace): Promise<DaemonProcess> {
    const startedMs = performance.now();
    const daemon = new DaemonProcess(workplace.configurationFile, (error) => this.end(error));
    this.screen.print(`The daemon (process ${daemon.pid}) starts: seatmapd run, exactly_once.`);
    this.atEnd(() => daemon.kill());
    this.closers.push(() => daemon.stop().then(() => undefined));
    await this.unlessEnded(
      Promise.race([
        daemon.ready,
        sleep(readyTimeoutMs, undefined, { ref: false }).then(() => {
          throw temporary(`The daemon was not ready within ${readyTimeoutMs} ms.`);
        }),
      ]),
    );
    const total = this.sections.reduce((sum, { rows, seatsPerRow }) => sum + rows * seatsPerRow, 0);
    this.screen.print(
      `It is ready after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s. ${this.options.requests.toLocaleString('en-US')} requests compete for ${total.toLocaleString('en-US')} seats.`,
      '',
    );
    return daemon;
  }
  /** Follows the topics until `isDone`; gives up when nothing comes for a time, and leaves what is missing to the account. */
  private async advance(feed: Feed, isDone: () => boolean): Promise<void> {
    const sinceMs = performance.now();
    while (!isDone() && performance.now() - Math.max(sinceMs, feed.lastRecordMs) < stallTimeoutMs) {
      this.ending.signal.throwIfAborted();
      await feed.step();
    }
  }

  private unlessEnded<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.ending;
    signal.throwIfAborted();
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return Promise.race([work, ended]);
  }

  /** Has `cleanUp` run when the run ends, and when the process exits before; the latest first. */
  private atEnd(cleanUp: () => void): void {
    this.closers.push(cleanUp);
    process.prependOnceListener('exit', cleanUp);
  }

  private state(): BoardState {
    const { ledger } = this;
    const { answers, confirmed, rejected } = ledger;
    const nowMs = performance.now();
    return {
      sections: [...ledger.sections.values()].map(({ name, seatCount, available }) => ({
        ...{ name, seatCount },
        available: available ?? seatCount,
      })),
      ...{ requests: this.options.requests, answers, confirmed, rejected },
      answersPerSecond: this.rate.at(nowMs, answers),
      elapsedMs: nowMs - this.startedMs,
    };
  }
}
