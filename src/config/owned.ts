import type { z } from 'zod';

const COMMITS = 'the input offsets are committed with the answers, by the commit protocol alone';
const RESTORE = 'where to start is decided by restore, which knows the store and the changelog';
const CALLBACK = 'a callback is set by the daemon';
const ORDER = 'answers leave in the order in which they were decided';
const RANGE = 'range: it alone assigns a partition of both input topics together';
const CLUSTER = 'a librdkafka mock cluster belongs to the demo and the tests';

/**
 * The librdkafka properties that the daemon sets itself, each with the reason: another value would break a rule of the
 * protocol, or the same thing has a key of its own. They are refused under kafka.client, kafka.consumer and
 * kafka.producer.
 */
export const OWNED_PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['metadata.broker.list', 'its alias bootstrap.servers is the one to set'],
  ['group.id', 'the consumer group is the application; set application'],
  ['group.instance.id', 'it is derived as <application>-<instance>; set group.membership and instance'],
  ['group.protocol', 'set the key group.protocol'],
  ['group.protocol.type', 'it follows from the key group.protocol'],
  ['group.remote.assignor', RANGE],
  ['partition.assignment.strategy', RANGE],
  ['enable.auto.commit', COMMITS],
  ['auto.commit.enable', COMMITS],
  ['auto.commit.interval.ms', COMMITS],
  ['enable.auto.offset.store', COMMITS],
  ['offset.store.method', COMMITS],
  ['auto.offset.reset', RESTORE],
  ['enable.partition.eof', 'the merge and restore know the end of a partition by it alone'],
  ['isolation.level', 'read_committed: what a transaction aborted must not sell a seat'],
  ['transactional.id', 'they are derived as <application>/<instance>/0 and /1; set instance'],
  ['transaction.timeout.ms', 'set transaction.timeoutMs'],
  ['enable.idempotence', 'it is always on: a repeated or reordered record would be a wrong answer'],
  ['enable.gapless.guarantee', 'a failed record aborts the batch, or ends the process'],
  ['queuing.strategy', ORDER],
  ['partitioner', 'murmur2_random, computed in the workers: the answers must go where the replaced system puts them'],
  ['message.max.bytes', 'set limits.messageBytes'],
  ['request.required.acks', 'its alias acks is the one to set, to all'],
  ['delivery.report.only.error', 'the daemon counts failed deliveries by the reports'],
  ['produce.offset.report', 'the daemon counts failed deliveries by the reports'],
  ['enabled_events', CALLBACK],
  ['opaque', CALLBACK],
  ['default_topic_conf', 'topic properties are given beside the others, by their own names'],
  ['test.mock.num.brokers', CLUSTER],
  ['test.mock.broker.rtt', CLUSTER],
]);

/**
 * Why `property` may not be set to `value`, as a clause that follows the property's name, or undefined when it may.
 * Callbacks (`…_cb`) are refused too: a file can't hold a function.
 */
export function refusal(property: string, value: unknown): string | undefined {
  if (property === 'acks') {
    return ['all', '-1'].includes(String(value))
      ? undefined
      : 'only all (-1) keeps what was answered when a broker dies';
  }
  const reason = property.endsWith('_cb') ? CALLBACK : OWNED_PROPERTIES.get(property);
  return reason && `is set by the daemon: ${reason}`;
}

/** Refuses, in a zod check of one kafka.* object, each property that the daemon owns. */
export function refuseOwned(properties: object, context: z.RefinementCtx): void {
  for (const [property, value] of Object.entries(properties)) {
    const message = refusal(property, value);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [property], message, input: value });
  }
}
