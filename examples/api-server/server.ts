import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import {
  bareCodec,
  bareDecoder,
  RegistryStatusDecoder,
  ReservationClient,
  registryCodec,
  SectionStatusCache,
} from 'seatmapd/client';
import { Catalogue } from './catalogue.js';
import { eventRoutes } from './routes/events.js';
import { pageRoutes } from './routes/page.js';
import { readyRoute } from './routes/ready.js';
import { reservationRoutes } from './routes/reservations.js';
import type { Settings } from './settings.js';
import type { Shop } from './shop.js';
import { EventStreams, type StreamLimits } from './stream/event-streams.js';

export const streamLimits: StreamLimits = {
  updateIntervalMs: 250,
  heartbeatIntervalMs: 15_000,
  dropAfterMs: 20_000,
  subscribers: 1_000,
};

/** An API server of a ticket shop: it turns hopeless requests away by itself, and lets browsers watch the sale. */
export class ApiServer {
  private constructor(
    private readonly app: FastifyInstance,
    private readonly shop: Shop,
  ) {}

  /** Listens as soon as the clients are connected; /ready says when the cache is warm. */
  static async start(settings: Settings, limits = streamLimits): Promise<ApiServer> {
    const { bootstrapServers, registryUrl: url, topics, answerTimeoutMs, reservationsInFlight } = settings;
    const client = { 'bootstrap.servers': bootstrapServers ?? '127.0.0.1:9092' };
    const catalogue = new Catalogue(settings.catalogue);
    const decoder = url === undefined ? bareDecoder('count') : new RegistryStatusDecoder({ url });
    const codec = url === undefined ? bareCodec : registryCodec({ url, topics });
    const bounds = { timeoutMs: answerTimeoutMs, inFlightLimit: reservationsInFlight };
    const [cache, reservations] = await Promise.all([
      SectionStatusCache.connect({ client, topic: topics.status, decoder }),
      ReservationClient.connect({ client, topics, codec, ...bounds }),
    ]);
    const streams = new EventStreams(cache, catalogue, limits);
    const shop: Shop = { cache, reservations, catalogue, streams, isReady: false, isClosing: false };
    // Nothing is made of another type than it came in: a 64-bit id in a string would lose its last digits as a number.
    const ajv = { customOptions: { coerceTypes: false } } as const;
    const app = fastify({ ajv, forceCloseConnections: 'idle' });
    readyRoute(app, shop);
    eventRoutes(app, shop);
    reservationRoutes(app, shop);
    pageRoutes(app);
    await app.listen({ host: settings.host, port: settings.port });
    const server = new ApiServer(app, shop);
    void server.warmUp();
    return server;
  }

  get url(): string {
    const { address, port } = this.app.server.address() as AddressInfo;
    return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  /** Lets the requests under way be answered, then disconnects. Streams end at once; their browsers connect elsewhere. */
  async close(): Promise<void> {
    const { shop, app } = this;
    shop.isClosing = true;
    shop.streams.close();
    await app.close();
    await Promise.all([shop.reservations.close(), shop.cache.close()]);
  }

  private async warmUp(): Promise<void> {
    const { shop } = this;
    try {
      await shop.cache.ready();
      shop.catalogue.follow(shop.cache);
      shop.isReady = true;
    } catch {
      // Closed before it was warm.
    }
  }
}
