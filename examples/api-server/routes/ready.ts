import type { FastifyInstance } from 'fastify';
import type { Shop } from '../shop.js';

/** GET /ready: 503 until the cache is warm, and again while the server shuts down; with the cache's statistics. */
export function readyRoute(app: FastifyInstance, shop: Shop): void {
  app.get('/ready', (_request, reply) => {
    const isReady = shop.isReady && !shop.isClosing;
    const { cache, streams } = shop;
    return reply.code(isReady ? 200 : 503).send({ isReady, cache: cache.statistics(), streams: streams.size });
  });
}
