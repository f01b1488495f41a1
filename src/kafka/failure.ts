import { ExitCode, FatalError, messageOf, needsPerson, temporary } from '../errors.js';

/** The batch can't be committed, but a new transaction can be: abort, read the store again, and try once more. */
export class AbortableError extends Error {
  override readonly name = 'AbortableError';
}

/** An error of librdkafka as node-rdkafka and the addon shape it. */
type KafkaError = {
  readonly message: string;
  readonly code: number;
  readonly isFatal: boolean;
  readonly isTxnRequiresAbort: boolean;
};

/** ERR__FENCED, PRODUCER_FENCED, INVALID_PRODUCER_EPOCH, FENCED_INSTANCE_ID. */
const fencedCodes: readonly number[] = [-144, 90, 47, 82];
/** ERR__FATAL. */
const fatalCode = -150;
/** TOPIC_, GROUP_, CLUSTER_ and TRANSACTIONAL_ID_AUTHORIZATION_FAILED. */
const unauthorizedCodes: readonly number[] = [29, 30, 31, 53];
/** UNKNOWN_TOPIC_OR_PART, UNKNOWN_TOPIC_ID, ERR__UNKNOWN_TOPIC, ERR__UNKNOWN_PARTITION. */
const unknownTopicCodes: readonly number[] = [3, 100, -188, -190];

function asKafkaError(error: unknown): KafkaError {
  const { code, isFatal, isTxnRequiresAbort } = (error ?? {}) as Partial<KafkaError>;
  return {
    message: messageOf(error),
    code: code ?? 0,
    isFatal: isFatal === true || code === fatalCode,
    isTxnRequiresAbort: isTxnRequiresAbort === true,
  };
}

/** FENCED_MEMBER_EPOCH: the group thought this member dead and gave its partitions to others (KIP-848); it joins again. */
const fencedEpochCode = 110;

const isFenced = ({ code, message }: KafkaError): boolean =>
  fencedCodes.includes(code) || (code !== fencedEpochCode && /fenced/i.test(message));

const illegalGeneration = 22;
const unknownMemberId = 25;
/** The group moved on, and this member has not heard of it yet. */
const outdatedCodes: readonly number[] = [illegalGeneration, unknownMemberId];

/** Whether a transaction was refused for what it carried of the group, not for what is in it. */
export const isOutdated = ({ cause }: AbortableError): boolean => outdatedCodes.includes(codeOf(cause));

/** librdkafka puts some of them into the words of a fatal error, or of one that asks for an abort, which have codes of their own. */
export function isUnauthorized(error: unknown): boolean {
  const { code, message } = asKafkaError(error);
  return unauthorizedCodes.includes(code) || /authorization failed/i.test(message);
}

/** What the coordinator would answer if it asked who sends the offsets. */
export const notAMember = (): AbortableError =>
  new AbortableError('the group has given this instance up', { cause: { code: unknownMemberId } });

/**
 * LEADER_NOT_AVAILABLE, NOT_LEADER_FOR_PARTITION, OFFSET_NOT_AVAILABLE, ERR__UNKNOWN_PARTITION, ERR__TRANSPORT,
 * ERR__TIMED_OUT, ERR__TIMED_OUT_QUEUE.
 */
const movingCodes: readonly number[] = [5, 6, 78, -190, -195, -185, -166];

/** Whether a partition may only be between two leaders: the same question, a little later, may be answered. */
export const isMoving = (error: unknown): boolean => movingCodes.includes(codeOf(error));

export const codeOf = (error: unknown): number => asKafkaError(error).code;

/** Whether an error came from librdkafka, through node-rdkafka or the addon; both name its origin. */
export const isKafkaError = (error: unknown): error is Error =>
  error instanceof Error && 'origin' in error && 'code' in error && typeof error.code === 'number';

/**
 * An error that ends the process: temporary, unless it is about rights, which a restart would lack again (78).
 * `what` says what failed; the error's words and code are added.
 */
export function kafkaFailure(what: string, error: unknown): FatalError {
  const failure = asKafkaError(error);
  const sentence = `${what}: ${failure.message} (${failure.code})`;
  if (!isUnauthorized(error)) return temporary(sentence, error);
  return needsPerson(
    `not authorized: ${sentence}. The broker's ACLs deny it to this client's principal; docs/OPERATIONS.md has the rights that it needs`,
    error,
  );
}

/** What a failed step of a transaction means (KIP-98, KIP-447; librdkafka's error flags). */
export function transactionFailure(
  step: 'begin' | 'produce' | 'sendOffsets' | 'commit' | 'abort' | 'init',
  transactionalId: string,
  error: unknown,
): Error {
  const failure = asKafkaError(error);
  const what = `${step} failed: ${failure.message} (${failure.code})`;
  if (isFenced(failure))
    return new FatalError(
      ExitCode.fenced,
      `fenced: another live instance uses the transactional.id "${transactionalId}", or the transaction coordinator gave this one up after transaction.timeoutMs. Give each instance its own \`instance\`. (${what})`,
      { cause: error },
    );
  if (isUnauthorized(error)) return kafkaFailure(`${step} failed`, error);
  // Again and again the same would be aborted; the restart looks at all topics.
  if (unknownTopicCodes.includes(failure.code))
    return temporary(
      `a topic is not known to the cluster any more: was one deleted? The restart tells: ${what}`,
      error,
    );
  if (failure.isFatal) return temporary(`the producer can't go on: ${what}`, error);
  // What can't even be aborted, or not begun with, is not tried again by this producer.
  if (step === 'abort' || step === 'init') return temporary(what, error);
  if (failure.isTxnRequiresAbort) return new AbortableError(what, { cause: error });
  if (step === 'produce' || step === 'sendOffsets') return new AbortableError(what, { cause: error });
  if (step === 'commit') return temporary(`the outcome of a commit is unknown; the restart reads it: ${what}`, error);
  return temporary(what, error);
}

/** The poll took longer than max.poll.interval.ms: the rebalance that says the assignment is lost comes with the next consumes. */
const maxPollExceeded = -147;

/**
 * What a failed consume means; undefined when consuming simply goes on.
 *
 * @param groupInstanceId a static member's
 */
export function consumeFailure(error: unknown, groupInstanceId: string | undefined): FatalError | undefined {
  const failure = asKafkaError(error);
  if (failure.code === maxPollExceeded) return undefined;
  const what = `consuming failed: ${failure.message} (${failure.code})`;
  if (isFenced(failure))
    return new FatalError(
      ExitCode.fenced,
      `fenced: another live instance uses the group.instance.id "${groupInstanceId}". Give each instance its own \`instance\`. (${what})`,
      { cause: error },
    );
  // A fatal error bears its own code in its text only.
  if (failure.isFatal && /assignor/i.test(failure.message))
    return needsPerson(
      `the brokers don't offer the assignor range, which alone keeps the partitions of both inputs together: add it to their group.consumer.assignors, or set group.protocol to classic. (${what})`,
      error,
    );
  return kafkaFailure('consuming failed', error);
}

/** Turns a node-style call into a promise. */
export const called = <T>(call: (done: (error: unknown, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
