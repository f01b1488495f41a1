import { ExitCode, FatalError, messageOf, temporary } from '../errors.js';

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

function asKafkaError(error: unknown): KafkaError {
  const { code, isFatal, isTxnRequiresAbort } = error as Partial<KafkaError>;
  return {
    message: messageOf(error),
    code: code ?? 0,
    isFatal: isFatal === true || code === fatalCode,
    isTxnRequiresAbort: isTxnRequiresAbort === true,
  };
}

const isFenced = ({ code, message }: KafkaError): boolean => fencedCodes.includes(code) || /fenced/i.test(message);

export const codeOf = (error: unknown): number => asKafkaError(error).code;

/** Whether an error came from librdkafka, through node-rdkafka or the addon; both name its origin. */
export const isKafkaError = (error: unknown): error is Error =>
  error instanceof Error && 'origin' in error && 'code' in error && typeof error.code === 'number';

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

/** What a failed consume means; undefined when consuming simply goes on. */
export function consumeFailure(error: unknown): FatalError | undefined {
  const failure = asKafkaError(error);
  if (failure.code === maxPollExceeded) return undefined;
  const what = `consuming failed: ${failure.message} (${failure.code})`;
  if (isFenced(failure))
    return new FatalError(ExitCode.fenced, `fenced: another live instance is the same member of the group. ${what}`, {
      cause: error,
    });
  return temporary(what, error);
}

/** Turns a node-style call into a promise. */
export const called = <T>(call: (done: (error: unknown, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
