import type { FastifyInstance } from 'fastify';
import { NotWrittenError, OutcomeUnknownError, type ReservationResult } from 'seatmapd/client';
import { eventIdSchema, readEventId, writeEventId } from '../event-id.js';
import type { Shop } from '../shop.js';

type Wish = {
  readonly eventId: string | number;
  readonly section: string;
  readonly seatCount: number;
  readonly userId: string;
};

const wishSchema = {
  body: {
    type: 'object',
    required: ['eventId', 'section', 'seatCount', 'userId'],
    additionalProperties: false,
    properties: {
      eventId: eventIdSchema,
      section: { type: 'string', minLength: 1, maxLength: 512 },
      seatCount: { type: 'integer', minimum: 1, maximum: 20 },
      userId: { type: 'string', minLength: 1, maxLength: 128 },
    },
  },
} as const;

const idSchema = {
  params: { type: 'object', properties: { reservationId: { type: 'string', minLength: 1, maxLength: 128 } } },
  // When it was sent: nothing that is older is searched.
  querystring: { type: 'object', properties: { sentMs: { type: 'string', pattern: '^[0-9]{1,15}$' } } },
} as const;

/** POST /reservations, and where an outcome that was unknown is asked for: GET /reservations/:reservationId. */
export function reservationRoutes(app: FastifyInstance, { cache, reservations }: Shop): void {
  app.post<{ Body: Wish }>('/reservations', { schema: wishSchema }, async (request, reply) => {
    const { section, seatCount, userId } = request.body;
    const eventId = readEventId(request.body.eventId);
    // A hopeless request costs one look into memory and never reaches Kafka.
    const known = cache.get(eventId, section);
    if (known !== undefined && known.availableCount < seatCount)
      return reply.code(409).send({ status: 'TURNED_AWAY', section, availableCount: known.availableCount });

    try {
      const result = await reservations.reserve({ eventId, section, seatCount, userId });
      return reply.code(result.status === 'CONFIRMED' ? 201 : 409).send(answerOf(result));
    } catch (error) {
      // It is certain that nothing was sent: too many are in flight, or Kafka can't be reached.
      if (error instanceof NotWrittenError)
        return reply.code(503).header('retry-after', '1').send({ status: 'BUSY', reason: error.message });
      if (!(error instanceof OutcomeUnknownError)) throw error;
      // Asking again would reserve twice: the caller gets the address at which the answer will be found.
      const { reservationId, sentMs } = error;
      const outcome = `/reservations/${reservationId}?sentMs=${sentMs}`;
      return reply.code(202).header('location', outcome).send({ status: 'UNKNOWN', reservationId, outcome });
    }
  });

  app.get<{ Params: { reservationId: string }; Querystring: { sentMs?: string } }>(
    '/reservations/:reservationId',
    { schema: idSchema },
    async (request, reply) => {
      const { reservationId } = request.params;
      const { sentMs } = request.query;
      const result = await reservations.outcome(reservationId, sentMs === undefined ? {} : { sinceMs: Number(sentMs) });
      if (result === undefined) return reply.code(404).send({ status: 'UNKNOWN', reservationId });
      return reply.send(answerOf(result));
    },
  );
}

const answerOf = ({ reservationId, status, eventId, section, allocatedSeats }: ReservationResult) => ({
  ...{ status, reservationId, section },
  eventId: writeEventId(eventId),
  seats: allocatedSeats,
});
