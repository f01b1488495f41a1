import Kafka from 'node-rdkafka';
import { silentLog } from '../client/silent-log.js';
import type { Config } from '../config/schema.js';
import { needsPerson } from '../errors.js';
import { connect, disconnect } from '../kafka/connect.js';
import { loadNative } from '../kafka/native.js';
import type { Asking } from '../topics/describe-topics.js';

/** How long each step waits for the cluster: connecting, each request, the leaders, the verification. */
export const stepTimeoutMs = 10_000;

/** kafka.client, as librdkafka's properties. */
export const clientProperties = (config: Config): Kafka.GlobalConfig =>
  ({ ...config.kafka.client }) as Kafka.GlobalConfig;

/** Runs `work` with a connected client, which is closed whatever happens. */
export async function withClient<Result>(
  config: Config,
  work: (client: Kafka.Producer) => Promise<Result>,
): Promise<Result> {
  const client = new Kafka.Producer(clientProperties(config));
  await connect(client, silentLog);
  try {
    return await work(client);
  } finally {
    await disconnect(client);
  }
}

/** The same for a verb that asks what only the addon can. @throws FatalError (78) where the addon is not built */
export async function withAsking<Result>(config: Config, work: (asking: Asking) => Promise<Result>): Promise<Result> {
  const native = loadNative();
  if ('unavailable' in native)
    throw needsPerson(`This verb asks by the native addon, which is not available: ${native.unavailable}.`);
  return withClient(config, (client) => work({ client, native, timeoutMs: stepTimeoutMs }));
}
