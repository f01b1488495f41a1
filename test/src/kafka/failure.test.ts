import assert from 'node:assert/strict';
import { FatalError } from '../../../src/errors.js';
import {
  AbortableError,
  called,
  codeOf,
  consumeFailure,
  isKafkaError,
  isOutdated,
  transactionFailure,
} from '../../../src/kafka/failure.js';

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

  it('for want of rights needs a person (78) at every step, whatever flags it bears, and says what it lacks', () => {
    for (const step of steps) {
      for (const code of [29, 30, 31, 53])
        assert.equal(outcome(step, kafkaError({ code, isTxnRequiresAbort: true })), 78);
      const fatal = kafkaError({ code: -150, isFatal: true }, 'Broker: Transactional Id authorization failed');
      assert.equal(outcome(step, fatal), 78);
      assert.match(transactionFailure(step, 't', fatal).message, /^not authorized: .*Transactional Id.*ACLs/);
    }
  });

  it('for a topic that the cluster does not know ends the process (75), whose restart tells which', () => {
    for (const step of steps) {
      for (const code of [3, 100, -188, -190])
        assert.equal(outcome(step, kafkaError({ code, isTxnRequiresAbort: true })), 75);
    }
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

describe('an abort', () => {
  it('is told apart when the transaction was refused for what it carried of the group', () => {
    for (const code of [22, 25]) {
      const failure = transactionFailure('sendOffsets', 't', kafkaError({ code, isTxnRequiresAbort: true }));
      assert.ok(failure instanceof AbortableError && isOutdated(failure));
    }
    for (const cause of [kafkaError({ code: 10 }), undefined])
      assert.equal(isOutdated(new AbortableError('something else', { cause })), false);
  });
});

describe('a failed consume', () => {
  const codeOfFailure = (error: unknown): number | undefined => consumeFailure(error, 'app-one')?.exitCode;

  it('of a static member that another took the place of is fenced (76), and names the group.instance.id', () => {
    const fenced = kafkaError({ code: -150 }, 'Fatal error: Broker: Static consumer fenced by other consumer');
    assert.equal(codeOfFailure(fenced), 76);
    assert.match(consumeFailure(fenced, 'app-one')?.message ?? '', /"app-one".*instance/);
    assert.equal(codeOfFailure(kafkaError({ code: 82 })), 76);
  });

  it("of a member whose epoch was fenced is not another instance's doing: it joins again", () => {
    assert.equal(codeOfFailure(kafkaError({ code: 110 }, 'Broker: The member epoch is fenced')), 75);
  });

  it('for want of the assignor needs a person (78)', () => {
    const unsupported = kafkaError(
      { code: -150 },
      'Fatal error: Broker: The assignor or its version range is not supported',
    );
    assert.equal(codeOfFailure(unsupported), 78);
    assert.match(consumeFailure(unsupported, undefined)?.message ?? '', /group\.consumer\.assignors/);
  });

  it('after too long a pause goes on; for want of rights needs a person (78); any other ends the process (75)', () => {
    assert.equal(codeOfFailure(kafkaError({ code: -147 })), undefined);
    assert.equal(codeOfFailure(kafkaError({ code: 29 })), 78);
    assert.equal(codeOfFailure(kafkaError({ code: 30 })), 78);
    assert.equal(codeOfFailure(kafkaError({ code: 1 })), 75);
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
