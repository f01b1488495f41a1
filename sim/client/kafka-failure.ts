type Flags = { readonly isFatal?: boolean; readonly isTxnRequiresAbort?: boolean };

/** An error as librdkafka's reach the daemon, through node-rdkafka or the addon. */
export class KafkaFailure extends Error {
  override readonly name = 'KafkaFailure';
  readonly origin = 'sim';
  readonly isFatal: boolean;
  readonly isTxnRequiresAbort: boolean;

  constructor(
    readonly code: number,
    message: string,
    { isFatal = false, isTxnRequiresAbort = false }: Flags = {},
  ) {
    super(message);
    this.isFatal = isFatal;
    this.isTxnRequiresAbort = isTxnRequiresAbort;
  }

  /** ERR__FENCED. */
  static fenced(): KafkaFailure {
    return new KafkaFailure(-144, 'Local: this instance has been fenced by a newer instance', { isFatal: true });
  }

  /** COORDINATOR_LOAD_IN_PROGRESS, say: this transaction is over, the next may succeed. */
  static abortable(): KafkaFailure {
    return new KafkaFailure(14, 'Broker: Coordinator load in progress', { isTxnRequiresAbort: true });
  }

  /** ERR__FATAL. */
  static fatal(): KafkaFailure {
    return new KafkaFailure(-150, 'Local: Fatal error', { isFatal: true });
  }

  /** ERR__TIMED_OUT: whether it took effect is not known. */
  static timedOut(): KafkaFailure {
    return new KafkaFailure(-185, 'Local: Timed out');
  }

  /** MSG_TIMED_OUT, the answer to a record that could not be delivered. */
  static undelivered(): KafkaFailure {
    return new KafkaFailure(-192, 'Local: Message timed out', { isTxnRequiresAbort: true });
  }

  static illegalGeneration(): KafkaFailure {
    return new KafkaFailure(22, 'Broker: Specified group generation id is not valid', { isTxnRequiresAbort: true });
  }

  static unknownMember(): KafkaFailure {
    return new KafkaFailure(25, 'Broker: Unknown member', { isTxnRequiresAbort: true });
  }

  /** STALE_MEMBER_EPOCH (KIP-848): the answer to offsets that are not a transaction's. */
  static staleEpoch(): KafkaFailure {
    return new KafkaFailure(113, 'Broker: The member epoch is stale');
  }
}
