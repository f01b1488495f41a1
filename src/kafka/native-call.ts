/** A Producer or KafkaConsumer of node-rdkafka. One that was never connected, or is closed, is refused with code -172. */
export interface KafkaClient {
  getClient(): unknown;
}

/** What the addon's calls fail with; the properties are those of node-rdkafka's LibrdKafkaError. */
export interface NativeError extends Error {
  /** An rd_kafka_resp_err_t: negative for librdkafka's own. */
  readonly code: number;
  readonly errno: number;
  readonly origin: 'local' | 'kafka';
  /** The client is of no use any more. */
  readonly isFatal: boolean;
  /** The same call may be made again. */
  readonly isRetriable: boolean;
  /** The transaction must be aborted. */
  readonly isTxnRequiresAbort: boolean;
}

/** How the addon tells the outcome of a call, on the main thread. */
export type Callback<T> = (error: NativeError | null, result: T) => void;

export function promise<T>(call: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error === null ? resolve(result) : reject(error)));
  });
}
