import type { Input } from '../kafka/input.js';

/**
 * Goes on consuming while something else is done, for max.poll.interval.ms and for the callbacks that only a
 * consume brings. What comes is discarded: it is read again.
 */
export async function whileConsuming<Result>(
  input: Pick<Input, 'consume'>,
  work: Promise<Result>,
  waitMs: number,
): Promise<Result> {
  let done = false;
  const finish = (): void => {
    done = true;
  };
  work.then(finish, finish);
  await Promise.resolve();
  while (!done) await input.consume(1, waitMs, 0);
  return work;
}
