import assert from 'node:assert/strict';
import { ErrorLog } from '../../../src/kafka/error-log.js';
import { MemoryLog } from '../../support/fakes/log.js';

describe("a client's own errors", () => {
  let nowMs: number;
  let log: MemoryLog;
  let errors: ErrorLog;
  beforeEach(() => {
    nowMs = 0;
    log = new MemoryLog();
    errors = new ErrorLog(log, () => nowMs);
  });
  const note = (message: string): void => errors.note(Object.assign(new Error(message), { code: -187 }));

  it('are logged with their code, each sentence once in ten seconds', () => {
    for (let times = 0; times < 1_000; times += 1) note('all brokers are down');
    note('connection refused');
    assert.deepEqual(log.of('kafkaError'), [{ code: -187 }, { code: -187 }]);
    nowMs = 9_999;
    note('all brokers are down');
    assert.equal(log.of('kafkaError').length, 2);
    nowMs = 10_000;
    note('all brokers are down');
    assert.equal(log.of('kafkaError').length, 3);
  });

  it('are told with broker and reason where librdkafka writes a line, which stands for the bare error', () => {
    const line = (after: string) => ({
      severity: 3,
      fac: 'FAIL',
      message: `[thrd:b:9092/1]: b:9092/1: Connect to ipv4#10.0.0.1:9092 failed: Connection refused (after ${after} in state CONNECT)`,
    });
    note('broker transport failure');
    errors.noteLine(line('0ms'));
    errors.noteLine(line('12ms'));
    errors.noteLine({ severity: 6, fac: 'FAIL', message: 'a word in passing' });
    assert.deepEqual(
      log.entries.map(({ sentence }) => sentence),
      ['b:9092/1: Connect to ipv4#10.0.0.1:9092 failed: Connection refused'],
    );
  });

  it('are not remembered without a limit', () => {
    for (let at = 0; at < 1_000; at += 1) note(`sentence ${at}`);
    assert.equal(log.of('kafkaError').length, 1_000);
    note('sentence 999');
    assert.equal(log.of('kafkaError').length, 1_000);
  });
});
