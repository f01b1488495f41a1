import type { EventEmitter } from 'node:events';
import Kafka from 'node-rdkafka';
import { messageOf, needsPerson } from '../errors.js';
import type { Log } from '../log.js';
import { bootstrapServers } from '../topics/cluster-topics.js';
import { type ClientLine, ConnectionFailures } from './connection-failures.js';
import { ErrorLog } from './error-log.js';
import { codeOf } from './failure.js';

type Client = Kafka.Producer | Kafka.KafkaConsumer;

const connectTimeoutMs = 10_000;
/** node-rdkafka can hang while it disconnects; past this time the process goes on without it. */
const disconnectTimeoutMs = 5_000;
/** node-rdkafka always flushes a producer, and takes 0 for its own default. */
const abandonMs = 1;

/**
 * Connects a client and has its errors logged.
 * @throws FatalError (75) when no broker answers, (78) when all that answer refuse, or the client can't be made at all
 */
export function connect(client: Client, log: Log): Promise<void> {
  const errors = new ErrorLog(log);
  const failures = new ConnectionFailures();
  return new Promise((resolve, reject) => {
    // Both clients are event emitters; their types' overloads of `on` don't combine.
    const events = client as EventEmitter;
    events.on('event.error', (error: Error) => errors.note(error));
    events.on('event.log', (line: ClientLine) => {
      errors.noteLine(line);
      failures.note(line);
    });
    client.connect({ timeout: connectTimeoutMs }, (error) => {
      if (!error) resolve();
      else if (codeOf(error) === Kafka.CODES.ERRORS.ERR__STATE)
        reject(needsPerson(`kafka.*: librdkafka can't make a client of this: ${messageOf(error)}`, error));
      else reject(failures.outcome(bootstrapServers(client), messageOf(error), error));
    });
  });
}

/** Disconnects a client, once no call of it is outstanding; gives up after a time. A producer is flushed before. */
export const disconnect = (client: Client): Promise<void> => within(client, (done) => client.disconnect(done));

/** Disconnects a producer without a flush: what is not acknowledged is not sent any more, or again. */
export const abandon = (producer: Kafka.Producer): Promise<void> =>
  within(producer, (done) => producer.disconnect(abandonMs, done));

function within(client: Client, call: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, disconnectTimeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (!client.isConnected()) done();
    else call(done);
  });
}
