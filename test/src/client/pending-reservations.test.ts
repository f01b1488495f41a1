import assert from 'node:assert/strict';
import { PendingReservations } from '../../../src/client/pending-reservations.js';
import { NotWrittenError, TooManyInFlightError } from '../../../src/client/reservation-errors.js';

const never = (): Error => new Error('timed out');

describe('PendingReservations', () => {
  it('settles each with its own answer, and passes over answers of nobody here', async () => {
    const pending = new PendingReservations(2);
    const one = pending.open('one', 60_000, never);
    const two = pending.open('two', 60_000, never);
    pending.settle('other', Buffer.from('x'));
    pending.settle('two', Buffer.from('2'));
    pending.settle('one', Buffer.from('1'));
    pending.settle('one', Buffer.from('again'));
    assert.deepEqual([(await one).toString(), (await two).toString()], ['1', '2']);
    assert.equal(pending.size, 0);
  });

  it('refuses one more than its limit, and an id that is in flight', () => {
    const pending = new PendingReservations(2);
    void pending.open('one', 60_000, never).catch(() => undefined);
    assert.throws(() => pending.open('one', 60_000, never), NotWrittenError);
    void pending.open('two', 60_000, never).catch(() => undefined);
    assert.throws(() => pending.open('three', 60_000, never), TooManyInFlightError);
    pending.fail('one', new Error('refused'));
    void pending.open('three', 60_000, never).catch(() => undefined);
    for (const id of ['two', 'three']) pending.fail(id, new Error('ended'));
  });

  it('fails what is not answered in time, and tells when none is left', async () => {
    const pending = new PendingReservations(2);
    const one = pending.open('one', 1, never);
    const emptied = pending.empty();
    await assert.rejects(one, /timed out/);
    await emptied;
    await pending.empty();
  });
});
