import Kafka from 'node-rdkafka';

/** A topic to create. `configs` are topic configurations by their Kafka names. */
export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** Why the cluster did not create or delete a topic; the message is the broker's own where it sent one. */
export class AdminError extends Error {
  constructor(
    /** The topic that it was about. */
    readonly topic: string,
    /** An rd_kafka_resp_err_t: negative for librdkafka's own, positive for the broker's. */
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = 'AdminError';
  }

  get topicExists(): boolean {
    return this.code === Kafka.CODES.ERRORS.ERR_TOPIC_ALREADY_EXISTS;
  }

  get topicIsUnknown(): boolean {
    return this.code === Kafka.CODES.ERRORS.ERR_UNKNOWN_TOPIC_OR_PART;
  }

  /** No answer, or a broker that can't answer now: the same call can succeed later. */
  get isTemporary(): boolean {
    const { ERR_REQUEST_TIMED_OUT, ERR_NOT_CONTROLLER, ERR_COORDINATOR_NOT_AVAILABLE } = Kafka.CODES.ERRORS;
    return (
      this.code < 0 || [ERR_REQUEST_TIMED_OUT, ERR_NOT_CONTROLLER, ERR_COORDINATOR_NOT_AVAILABLE].includes(this.code)
    );
  }
}

/** Creates and deletes topics. Every call waits `timeoutMs` at most; close it when done. */
export interface Admin {
  /** Resolves when the controller has accepted the topic; brokers learn of it a little later. @throws AdminError */
  createTopic(topic: NewTopic): Promise<void>;
  /** Resolves when the controller has accepted the deletion; a name must not be used again at once. @throws AdminError */
  deleteTopic(name: string): Promise<void>;
  close(): void;
}

type Done = (error?: Kafka.LibrdKafkaError) => void;

/**
 * An admin client of its own on librdkafka `properties` (kafka.client). It doesn't connect before its first call.
 * librdkafka's mock cluster answers none: there every call times out.
 */
export function openAdmin(properties: Kafka.GlobalConfig, timeoutMs: number): Admin {
  const client = Kafka.AdminClient.create({ ...properties });
  return {
    createTopic: ({ name, partitions, replication, configs }) => {
      const topic = {
        topic: name,
        num_partitions: partitions,
        replication_factor: replication,
        config: { ...configs },
      };
      return settled(name, (done) => client.createTopic(topic, timeoutMs, done));
    },
    deleteTopic: (name) => settled(name, (done) => client.deleteTopic(name, timeoutMs, done)),
    close: () => client.disconnect(),
  };
}

function settled(topic: string, call: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(new AdminError(topic, error.code, error.message)) : resolve()));
  });
}
