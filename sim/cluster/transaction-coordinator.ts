import type { Positions } from '../../src/pipeline/positions.js';
import { KafkaFailure } from '../client/kafka-failure.js';
import { later } from '../client/later.js';
import type { Latencies } from '../latencies.js';
import type { Schedule } from '../schedule.js';
import type { GroupOffsets } from './group-offsets.js';
import type { OutgoingRecord, PartitionLog } from './partition-log.js';
import { type Outcome, Transaction } from './transaction.js';

/** What the coordinator knows of a transactional.id. */
type Producer = {
  epoch: number;
  transactions: number;
  ongoing: Transaction | undefined;
  /** Decided, and not all of its markers written. */
  ending: Transaction | undefined;
};

/** The right to write under a transactional.id, as long as no other has taken it. */
export type ProducerEpoch = { readonly transactionalId: string; readonly epoch: number };

export type TransactionCoordinatorOptions = {
  readonly schedule: Schedule;
  readonly latencies: Latencies;
  readonly offsets: GroupOffsets;
  readonly timeoutMs: number;
  readonly onDecided: (transaction: Transaction) => void;
};

/** Kafka's transaction coordinator: fencing by epoch, decisions, and markers that come to each partition in their time. */
export class TransactionCoordinator {
  private readonly producers = new Map<string, Producer>();

  constructor(private readonly options: TransactionCoordinatorOptions) {}

  /** InitProducerId: fences whoever had the id before, whose open transaction is aborted first. */
  init(transactionalId: string): ProducerEpoch | typeof later {
    const producer = this.producer(transactionalId);
    if (producer.ongoing !== undefined) this.expel(producer);
    if (producer.ending !== undefined) return later;
    producer.epoch += 1;
    return { transactionalId, epoch: producer.epoch };
  }

  /** Whether no transaction is open and every marker is written. */
  get isQuiet(): boolean {
    return [...this.producers.values()].every(({ ongoing, ending }) => ongoing === undefined && ending === undefined);
  }

  isFenced({ transactionalId, epoch }: ProducerEpoch): boolean {
    return this.producer(transactionalId).epoch !== epoch;
  }

  /** Records for one partition, which joins the transaction. @throws KafkaFailure when fenced */
  append(by: ProducerEpoch, log: PartitionLog, records: readonly OutgoingRecord[]): typeof later | undefined {
    const transaction = this.joined(by);
    if (transaction === later) return later;
    for (const record of records) transaction.append(log, record);
    return undefined;
  }

  /** AddOffsetsToTxn and TxnOffsetCommit, once the group has accepted them. @throws KafkaFailure when fenced */
  addOffsets(by: ProducerEpoch, positions: ReadonlyMap<number, Positions>): typeof later | undefined {
    const transaction = this.joined(by);
    if (transaction === later) return later;
    this.options.offsets.add(transaction, positions);
    return undefined;
  }

  /** EndTxn: decided when it returns; the markers follow. @throws KafkaFailure when fenced */
  end(by: ProducerEpoch, outcome: Outcome): void {
    const producer = this.held(by);
    if (producer.ongoing !== undefined) this.decide(producer, outcome);
  }

  private joined(by: ProducerEpoch): Transaction | typeof later {
    const producer = this.held(by);
    // CONCURRENT_TRANSACTIONS: the client tries again until the markers of its last transaction are written.
    if (producer.ending !== undefined) return later;
    return producer.ongoing ?? this.begin(by.transactionalId, producer);
  }

  private begin(transactionalId: string, producer: Producer): Transaction {
    producer.transactions += 1;
    const transaction = new Transaction(`${transactionalId}#${producer.transactions}`);
    producer.ongoing = transaction;
    const { schedule, timeoutMs } = this.options;
    schedule.after(timeoutMs, () => {
      if (producer.ongoing === transaction) this.expel(producer);
    });
    return transaction;
  }

  private expel(producer: Producer): void {
    producer.epoch += 1;
    this.decide(producer, 'aborted');
  }

  private decide(producer: Producer, outcome: Outcome): void {
    const { ongoing: transaction } = producer;
    if (transaction === undefined) return;
    transaction.outcome = outcome;
    producer.ongoing = undefined;
    producer.ending = transaction;
    const { schedule, latencies, offsets, onDecided } = this.options;
    onDecided(transaction);
    const markers = [...transaction.logs].map((log) => () => log.end(transaction, outcome));
    if (transaction.offsets.size > 0) markers.push(() => offsets.end(transaction));
    let missing = markers.length;
    if (missing === 0) producer.ending = undefined;
    for (const write of markers) {
      schedule.after(latencies.marker(), () => {
        write();
        missing -= 1;
        if (missing === 0) producer.ending = undefined;
      });
    }
  }

  private held(by: ProducerEpoch): Producer {
    if (this.isFenced(by)) throw KafkaFailure.fenced();
    return this.producer(by.transactionalId);
  }

  private producer(transactionalId: string): Producer {
    const known = this.producers.get(transactionalId);
    if (known !== undefined) return known;
    const producer: Producer = { epoch: 0, transactions: 0, ongoing: undefined, ending: undefined };
    this.producers.set(transactionalId, producer);
    return producer;
  }
}
