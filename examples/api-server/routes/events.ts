import type { FastifyInstance } from 'fastify';
import { eventIdSchema, readEventId, writeEventId } from '../event-id.js';
import type { Shop } from '../shop.js';

type Params = { Params: { eventId: string | number } };

const schema = { params: { type: 'object', properties: { eventId: eventIdSchema } } } as const;

/** GET /events/:eventId/sections, and the same as it changes: GET /events/:eventId/stream. */
export function eventRoutes(app: FastifyInstance, shop: Shop): void {
  const { cache, catalogue, streams } = shop;

  app.get<Params>('/events/:eventId/sections', { schema }, (request, reply) => {
    const eventId = readEventId(request.params.eventId);
    const sections = cache.sections(eventId).map(({ section, availableCount, timestampMs }) => {
      const { seats, isExact } = catalogue.seatsOf(eventId, section);
      return { section, availableCount, seatCount: seats, isSeatCountExact: isExact, timestampMs };
    });
    return reply.send({ eventId: writeEventId(eventId), isComplete: shop.isReady, sections });
  });

  app.get<Params>('/events/:eventId/stream', { schema }, (request, reply) => {
    if (!shop.isReady || shop.isClosing || streams.isFull) {
      return reply
        .code(503)
        .header('retry-after', '2')
        .send({ error: 'not ready, or as many streams as there may be' });
    }
    // From here on the response is the stream's own: no serializer, no time limit.
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // nginx would collect the messages of a stream.
      'x-accel-buffering': 'no',
    });
    const unsubscribe = streams.subscribe(readEventId(request.params.eventId), raw);
    raw.once('close', unsubscribe);
    return reply;
  });
}
