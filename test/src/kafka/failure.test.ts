import assert from 'node:assert/strict';
import { FatalError } from '../../../src/errors.js';
import { AbortableError, called, codeOf, isKafkaError, transactionFailure } from '../../../src/kafka/failure.js';

type Flags = { code?: number; isFatal?: boolean; isTxnRequiresAbort?: boolean };

const kafkaError = (flags: Flags, message = 'Broker: something'): Error => Object.assign(new Error(message), flags);
const outcome = (step: Parameters<typeof transactionFailure>[0], error: unknown): number | 'abortable' => {
  const failure = transactionFailure(step, 'seatmapd/host-a', error);
  assert.ok(failure instanceof AbortableError || failure instanceof FatalError);
  assert.equal(failure.cause, error);
  return failure instanceof FatalError ? failure.exitCode : 'abortable';
};
const steps = ['init', 'begin', 'produce', 'sendOffsets', 'commit', 'abort'] as const;

describe('a failed step of a transaction', () => {
  it('is fenced (76) under every code that says so, at every step, and names the transactional.id', () => {
    for (const step of steps) {
      for (const code of [-144, 90, 47, 82]) assert.equal(outcome(step, kafkaError({ code, isFatal: true })), 76);
      assert.equal(
        outcome(step, kafkaError({ code: -150, isFatal: true }, 'Local: This instance has been fenced')),
        76,
      );
    }
    assert.match(
      transactionFailure('commit', 'seatmapd/host-a', kafkaError({ code: -144 })).message,
      /seatmapd\/host-a/,
    );
  });

  it('that is fatal to the producer ends the process (75), even when it asks for an abort', () => {
    for (const step of steps) {
      assert.equal(outcome(step, kafkaError({ code: 1, isFatal: true, isTxnRequiresAbort: true })), 75);
      assert.equal(outcome(step, kafkaError({ code: -150 })), 75);
    }
  });

  it('that asks for an abort is abortable, unless it is the abort itself or the beginning of all', () => {
    for (const step of ['begin', 'produce', 'sendOffsets', 'commit'] as const)
      assert.equal(outcome(step, kafkaError({ code: 22, isTxnRequiresAbort: true })), 'abortable');
    for (const step of ['abort', 'init'] as const)
      assert.equal(outcome(step, kafkaError({ code: 22, isTxnRequiresAbort: true })), 75);
  });

  it('while producing or sending offsets aborts the batch, whatever it is', () => {
    for (const step of ['produce', 'sendOffsets'] as const) {
      assert.equal(outcome(step, kafkaError({ code: 22 })), 'abortable');
      assert.equal(outcome(step, kafkaError({ code: -185 })), 'abortable');
      assert.equal(outcome(step, 'no error at all'), 'abortable');
    }
  });

  it('of a commit leaves the outcome unknown: the process ends (75) and the producer is never used again', () => {
    for (const code of [-185, -195, 7]) assert.equal(outcome('commit', kafkaError({ code })), 75);
    assert.match(transactionFailure('commit', 't', kafkaError({ code: -185 })).message, /unknown/);
  });

  it('at any other step ends the process (75)', () => {
    for (const step of ['init', 'begin', 'abort'] as const) assert.equal(outcome(step, kafkaError({ code: -185 })), 75);
  });
});

describe('an error of librdkafka', () => {
  it('is told from others by its origin and its code', () => {
    assert.equal(isKafkaError(Object.assign(new Error('timed out'), { code: -185, origin: 'local' })), true);
    assert.equal(isKafkaError(Object.assign(new Error('no such file'), { code: 'ENOENT' })), false);
    assert.equal(isKafkaError({ code: -185, origin: 'local' }), false);
  });

  it('has its code, or 0', () => {
    assert.equal(codeOf(kafkaError({ code: 22 })), 22);
    assert.equal(codeOf(new Error('plain')), 0);
  });

  it('rejects the promise of a node-style call', async () => {
    assert.equal(await called<number>((done) => done(null, 5)), 5);
    await assert.rejects(
      called<number>((done) => done(kafkaError({ code: 3 }), 0)),
      { code: 3 },
    );
  });
});
