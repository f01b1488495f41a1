import { z } from 'zod';
import { property } from './fields.js';

/** The section `group`. */
export const group = z.strictObject({
  protocol: z
    .enum(['classic', 'consumer'])
    .default('classic')
    .describe(
      "group.protocol. classic: at each change of the group all partitions are given back and assigned anew. consumer: KIP-848, of brokers from Kafka 4.0 on, where only those that move stand still; heartbeats and session are the brokers' (group.consumer.heartbeat.interval.ms, group.consumer.session.timeout.ms). Both with the assignor range.",
    ),
  membership: z
    .enum(['dynamic', 'static'])
    .default('dynamic')
    .describe(
      'dynamic: an instance that ends hands its partitions over at once. static: a member by the name `<application>-<instance>` (group.instance.id), which finds its partitions again, without a rebalance, when it is back within session.timeout.ms; until then nobody has them. With the classic protocol only.',
    ),
});

/** As much of a configuration as the rules of the protocols are about. */
export const grouped = z.object({
  group,
  kafka: z.object({ client: z.record(z.string(), property), consumer: z.record(z.string(), property) }),
});

/** Properties that librdkafka refuses under KIP-848, each with what to set instead. */
const classicProperties: ReadonlyMap<string, string> = new Map([
  [
    'session.timeout.ms',
    'under group.protocol: consumer the brokers decide when an instance is dead: set group.consumer.session.timeout.ms there, or consumer.session.timeout.ms of the group',
  ],
  [
    'heartbeat.interval.ms',
    'under group.protocol: consumer the brokers say how often an instance asks for news: set group.consumer.heartbeat.interval.ms there, or consumer.heartbeat.interval.ms of the group',
  ],
]);

/** Refuses what the group's protocol does not know. */
export function refuseForProtocol(value: z.output<typeof grouped>, context: z.RefinementCtx): void {
  const { protocol, membership } = value.group;
  if (protocol === 'classic') return;
  if (membership === 'static') {
    const message =
      "static goes with the classic protocol only: under consumer (KIP-848) an instance that was killed finds its own name in use, and is kept out until the brokers' session timeout is over";
    context.addIssue({ code: 'custom', path: ['group', 'membership'], message, input: membership });
  }
  for (const section of ['client', 'consumer'] as const) {
    for (const [property, given] of Object.entries(value.kafka[section])) {
      const message = classicProperties.get(property);
      if (message !== undefined)
        context.addIssue({ code: 'custom', path: ['kafka', section, property], message, input: given });
    }
  }
}
