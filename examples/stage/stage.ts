import { setTimeout as sleep } from 'node:timers/promises';
import { ReservationClient } from 'seatmapd/client';
import { loadConfiguration } from '../../src/config/load.js';
import { topicNames } from '../../src/config/schema.js';
import { DaemonProcess } from '../../src/demo/daemon-process.js';
import { MockCluster } from '../../src/demo/mock-cluster.js';
import { Workplace } from '../../src/demo/workplace.js';
import { eventId, stadium } from './stadium.js';

const readyTimeoutMs = 60_000;

/**
 * What an API server needs behind it, for a look at one without a Kafka: librdkafka's mock cluster in this process, the
 * real daemon on it, and a stadium for sale.
 */
export class Stage {
  private constructor(
    private readonly cluster: MockCluster,
    private readonly workplace: Workplace,
    private readonly daemon: DaemonProcess,
  ) {}

  /** @param onDeath the daemon ended without being asked to */
  static async start(onDeath: (error: Error) => void): Promise<Stage> {
    const cluster = await MockCluster.start();
    const workplace = new Workplace(cluster.bootstrapServers);
    const { config } = loadConfiguration({ file: workplace.configurationFile, environment: {} });
    await cluster.createTopics(Object.values(topicNames(config)));
    process.once('exit', () => workplace.remove());
    const daemon = new DaemonProcess(workplace.configurationFile, onDeath);
    process.once('exit', () => daemon.kill());
    const isReady = await Promise.race([daemon.ready.then(() => true), sleep(readyTimeoutMs, false, { ref: false })]);
    if (!isReady) throw new Error(`the daemon was not ready within ${readyTimeoutMs} ms`);
    const stage = new Stage(cluster, workplace, daemon);
    await stage.setUpSections();
    return stage;
  }

  get bootstrapServers(): string {
    return this.cluster.bootstrapServers;
  }

  async close(): Promise<void> {
    await this.daemon.stop();
    await this.cluster.stop();
    this.workplace.remove();
  }

  /** Sets up every section, with all its seats free. */
  async setUpSections(): Promise<void> {
    const client = { 'bootstrap.servers': this.bootstrapServers };
    const reservations = await ReservationClient.connect({ client });
    try {
      await Promise.all(
        stadium.map(({ section, rows, seatsPerRow }) => reservations.init({ eventId, section, rows, seatsPerRow })),
      );
    } finally {
      await reservations.close();
    }
  }
}
