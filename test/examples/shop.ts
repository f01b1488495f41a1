import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Daemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { projectRoot } from '../support/kafka-jars.js';
import type { Topics } from '../support/topics.js';

export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** The example server as a process, and what a client asks it. */
export class ShopProcess {
  private constructor(
    readonly process: Daemon,
    readonly url: string,
  ) {}

  /** Resolves when it listens. `port` 0: any free one. */
  static async start(
    bootstrapServers: string,
    topics: Topics,
    { port = 0, registryUrl }: { readonly port?: number; readonly registryUrl?: string } = {},
  ): Promise<ShopProcess> {
    const names = Object.entries({
      ...{ 'init-topic': topics.init, 'requests-topic': topics.requests },
      ...{ 'results-topic': topics.results, 'status-topic': topics.status },
    }).flatMap(([option, topic]) => [`--${option}`, topic]);
    const words = ['--bootstrap-servers', bootstrapServers, '--port', String(port), '--answer-timeout-ms', '8000'];
    const registry = registryUrl === undefined ? [] : ['--registry-url', registryUrl];
    const server = new Daemon([...words, ...names, ...registry], {
      from: join(projectRoot, 'examples', 'api-server', 'main.ts'),
      environment: { NODE_OPTIONS: '--import=tsx' },
    });
    const url = () => /listens on (\S+);/.exec(server.text.join('\n'))?.[1];
    while (url() === undefined && !server.ended) await pause(20);
    assert.ok(!server.ended, server.tail());
    return new ShopProcess(server, url() as string);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async get(path: string): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`);
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  async reserve(section: string, seatCount: unknown, eventId: unknown = 1): Promise<Answer> {
    const response = await fetch(`${this.url}/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ eventId, section, seatCount, userId: 'anna' }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  /** Waits until /ready says 200. */
  async warm(): Promise<void> {
    while ((await fetch(`${this.url}/ready`)).status !== 200) await pause(20);
  }

  /** Seats left by section, as the cache has them. */
  async left(eventId: unknown = 1): Promise<Readonly<Record<string, number>>> {
    const { body } = await this.get(`/events/${eventId}/sections`);
    const sections = body.sections as { readonly section: string; readonly availableCount: number }[];
    return Object.fromEntries(sections.map(({ section, availableCount }) => [section, availableCount]));
  }

  /** Waits until the cache has so many seats left in a section. */
  async untilLeft(section: string, seats: number): Promise<void> {
    while ((await this.left())[section] !== seats) await pause(20);
  }
}
