import { z } from 'zod';

/** A name from which the transactional.id, topics and a folder are derived. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected letters, digits, ".", "_" and "-" only, a letter or digit first')
  .max(200);

/** A topic's name, as Kafka allows it. */
export const topic = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/, 'expected letters, digits, ".", "_" and "-" only')
  .max(249);

/** A whole number between two bounds, both allowed. */
export const whole = (minimum: number, maximum: number, fallback: number) =>
  z.int().min(minimum).max(maximum).default(fallback);

/** The value of a librdkafka property or of a topic configuration. */
export const property = z.union([z.string(), z.number(), z.boolean()]);
