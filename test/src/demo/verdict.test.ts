import assert from 'node:assert/strict';
import type { Ledger } from '../../../src/demo/ledger.js';
import { failures, findings, tableLines } from '../../../src/demo/verdict.js';
import { answer, asked, count, faultless, first, request, second, third } from './fixtures.js';

const circumstances = { durationMs: 1_500, daemonExitCode: 0 };
const failuresOf = (ledger: Ledger): string[] => failures(findings(ledger, circumstances));

describe("the demo's account", () => {
  it('passes a faultless run and tells its numbers', () => {
    const all = findings(faultless(), circumstances);
    assert.deepEqual(failures(all), []);
    const values = Object.fromEntries(all.map(({ name, value }) => [name, value]));
    assert.deepEqual(values, {
      requests: '3',
      confirmed: '2',
      rejected: '1',
      'seats sold': '5 of 10',
      'seats sold twice': '0',
      'answers missing': '0',
      'answers duplicated': '0',
      'answers that fit no request': '0',
      'last status = unsold seats': '1 of 1 sections',
      'daemon drained': 'exit code 0',
      'status values sent': '14 bytes in 1 statuses',
      'the same as full maps': '207 bytes, 15 times as many',
      'requests per second': '2',
    });
    assert.match(tableLines(all).join('\n'), /^ {2}✓ seats sold twice {13}0$/m);
  });

  it('catches a seat that was sold twice', () => {
    const ledger = asked();
    ledger.addAnswer(answer(first, 2, 3));
    ledger.addAnswer(answer(second, 3, 4, 5));
    ledger.addAnswer(answer(third));
    count(ledger, 5);
    assert.deepEqual(failuresOf(ledger), ['seats sold twice: 1, first North-1-3']);
  });

  it('catches a sold seat that was reserved from the start', () => {
    const ledger = asked();
    ledger.addAnswer(answer(first, 1, 2));
    ledger.addAnswer(answer(second, 4, 5, 6));
    ledger.addAnswer(answer(third));
    count(ledger, 5);
    assert.deepEqual(failuresOf(ledger), ['seats sold twice: 1, first North-1-1']);
  });

  it('catches a missing answer', () => {
    const ledger = asked();
    ledger.addAnswer(answer(first, 2, 3));
    ledger.addAnswer(answer(third));
    count(ledger, 7);
    assert.deepEqual(failuresOf(ledger), ['answers missing: 1, first second']);
  });

  it('catches a duplicated answer, and does not take its seats for sold twice', () => {
    const ledger = faultless();
    ledger.addAnswer(answer(second, 4, 5, 6));
    assert.deepEqual(failuresOf(ledger), ['answers duplicated: 1, first second']);
  });

  it('catches a last status that is not the number of unsold seats, and a section without one', () => {
    const ledger = faultless();
    count(ledger, 5);
    assert.deepEqual(failuresOf(ledger), ['last status = unsold seats: not so in North-1: 5, and 4 are unsold']);
    const silent = asked();
    for (const one of [first, second, third]) silent.addAnswer(answer(one));
    assert.deepEqual(failuresOf(silent), [
      'last status = unsold seats: not so in North-1: no status, and 9 are unsold',
    ]);
  });

  it('catches answers that fit no request: unknown, other seats than asked for, seats apart, seats of no section', () => {
    const wrong = [
      [answer(request('stranger', 1), 9), 'the answer stranger'],
      [answer(first, 7), 'the answer first'],
      [answer(first, 7, 9), 'the answer first'],
      [answer(first, 10, 11), 'the answer first'],
      [{ ...answer(first, 7, 8), section: 'South' }, 'the answer first'],
      [{ ...answer(first, 7, 8), userId: 'berta' }, 'the answer first'],
      [{ ...answer(first, 7, 8), status: 'REJECTED' as const }, 'the answer first'],
    ] as const;
    for (const [result, example] of wrong) {
      const ledger = asked();
      ledger.addAnswer(result);
      assert.deepEqual(ledger.unfitting, [example]);
      assert.ok(failuresOf(ledger).some((failure) => failure.startsWith('answers that fit no request: 1')));
    }
    const ledger = faultless();
    ledger.addStatus({ eventId: 8, section: 'North-1', availableCount: 1, timestamp: 1 }, 14);
    assert.deepEqual(failuresOf(ledger), ['answers that fit no request: 1, first the status of North-1']);
  });

  it('catches a daemon that did not drain', () => {
    const all = findings(faultless(), { ...circumstances, daemonExitCode: 75 });
    assert.deepEqual(failures(all), ['daemon drained: it ended with exit code 75, not 0']);
    assert.match(tableLines(all).join('\n'), /^ {2}✗ daemon drained/m);
  });
});
