import type { EventEmitter } from 'node:events';
import type Kafka from 'node-rdkafka';
import type { Log } from '../log.js';
import { unreachable } from '../topics/cluster-topics.js';
import { ErrorLog } from './error-log.js';

type Client = Kafka.Producer | Kafka.KafkaConsumer;

const connectTimeoutMs = 10_000;
/** node-rdkafka can hang while it disconnects; past this time the process goes on without it. */
const disconnectTimeoutMs = 5_000;

/** Connects a client and has its errors logged. @throws FatalError (75) when no broker answers */
export function connect(client: Client, log: Log): Promise<void> {
  const errors = new ErrorLog(log);
  return new Promise((resolve, reject) => {
    // Both clients are event emitters; their types' overloads of `on` don't combine.
    (client as EventEmitter).on('event.error', (error: Error) => errors.note(error));
    client.connect({ timeout: connectTimeoutMs }, (error) => {
      if (error) reject(unreachable(client, error));
      else resolve();
    });
  });
}

/** Disconnects a client, once no call of it is outstanding; gives up after a time. */
export function disconnect(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, disconnectTimeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (!client.isConnected()) done();
    else client.disconnect(done);
  });
}
