import assert from 'node:assert/strict';
import { RequestEncoder } from '../../bench/input/records.js';
import { AnswerCheck } from '../../bench/verify/answers.js';
import { EchoCheck } from '../../bench/verify/echoes.js';
import { FullStatusCheck } from '../../bench/verify/full-statuses.js';
import { Problems, WrongOutputError } from '../../bench/verify/problems.js';
import { StatusSequence } from '../../bench/verify/status-sequence.js';
import { StatusCheck } from '../../bench/verify/statuses.js';
import { answerRecord, answerRecords, feed, type OutputRecord, smallLoad, statusRecords } from './outputs.js';

const { load, model } = smallLoad();
const { partitions } = load.shape;
const confirmedRequest = model.firstSeats.findIndex((seat) => seat > 1);
const rejectedRequest = model.firstSeats.indexOf(0);

/** What a check says about records; undefined when it finds nothing wrong. */
function verdict(records: readonly OutputRecord[], check: (problems: Problems) => Parameters<typeof feed>[1]) {
  const problems = new Problems();
  feed(records, check(problems));
  try {
    problems.assertNone();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof WrongOutputError);
    return error.message;
  }
}

describe('bench: the verification of answers', () => {
  const verdictOf = (records: readonly OutputRecord[]) =>
    verdict(records, (problems) => new AnswerCheck(load, model, partitions, problems));
  const changed = (request: number, change: Parameters<typeof answerRecord>[3]) =>
    verdictOf(answerRecords(load, model).with(request, answerRecord(load, model, request, change)));

  it('accepts the right answers in any order', () => {
    assert.equal(verdictOf(answerRecords(load, model).reverse()), undefined);
  });

  it('refuses a missing, a duplicated and a stray answer', () => {
    const right = answerRecords(load, model);
    assert.match(verdictOf(right.slice(1)) ?? '', /^1 missing answers \(request 0\)$/);
    assert.match(verdictOf([...right, right[7] as OutputRecord]) ?? '', /1 duplicated answers \(request 7\)/);
    const { load: larger, model: largerModel } = smallLoad({ requests: 401 });
    assert.match(verdictOf([...right, answerRecord(larger, largerModel, 400)]) ?? '', /answers to nothing/);
  });

  it('refuses a wrong value of each field', () => {
    const section = load.section(confirmedRequest).name;
    for (const change of [
      { eventId: 99n },
      { userId: 'user000000' },
      { status: 'REJECTED' },
      { section: 'elsewhere' },
      { seatCount: 9 },
      { allocatedSeats: [] },
      { allocatedSeats: [`${section}-x`] },
      { timestamp: 1n },
    ]) {
      assert.match(changed(confirmedRequest, change) ?? '', /wrong answers/, Object.keys(change)[0]);
    }
    assert.match(changed(rejectedRequest, { status: 'CONFIRMED' }) ?? '', /wrong answers/);
  });

  it('refuses an id that only begins like the right one', () => {
    const id = answerRecord(load, model, 3).key.toString().replace(/.$/, '-');
    assert.match(changed(3, { reservationId: id }) ?? '', /wrong keys or ids/);
  });

  it('says when a seat is sold twice', () => {
    const others = Array.from(model.firstSeats.keys()).filter(
      (request) => load.sectionOf[request] === load.sectionOf[confirmedRequest] && (model.firstSeats[request] ?? 0) > 0,
    );
    const sold = `${load.section(confirmedRequest).name}-${model.firstSeats[others.at(-1) as number]}`;
    assert.match(changed(confirmedRequest, { allocatedSeats: [sold] }) ?? '', /1 seats sold twice/);
  });

  it('refuses a wrong partition and a wrong record timestamp', () => {
    const right = answerRecords(load, model);
    const first = right[0] as OutputRecord;
    const moved = { ...first, partition: (first.partition + 1) % partitions };
    assert.match(verdictOf(right.with(0, moved)) ?? '', /results in the wrong partition/);
    assert.match(verdictOf(right.with(0, { ...first, timestampMs: 1 })) ?? '', /wrong record timestamps/);
  });
});

for (const payload of ['count', 'full'] as const) {
  describe(`bench: the verification of statuses, payload ${payload}`, () => {
    const every = statusRecords(load, model, payload);
    const verdictOf = (emit: 'every' | 'latest', records: readonly OutputRecord[]) =>
      verdict(records, (problems) => {
        const sequence = new StatusSequence(load, model, emit, problems);
        return payload === 'count'
          ? new StatusCheck(load, sequence, partitions, problems)
          : new FullStatusCheck(load, model, sequence, partitions, problems);
      });
    const isLast = (index: number) => !every[index + 1]?.key.equals(every[index]?.key as Buffer);

    it('every: accepts each status once, and refuses one missing, twice or out of order', () => {
      assert.equal(verdictOf('every', every), undefined);
      assert.match(verdictOf('every', every.toSpliced(5, 1)) ?? '', /wrong statuses/);
      assert.match(verdictOf('every', every.toSpliced(5, 0, every[5] as OutputRecord)) ?? '', /wrong statuses/);
      const swapped = every.with(5, every[6] as OutputRecord).with(6, every[5] as OutputRecord);
      assert.match(verdictOf('every', swapped) ?? '', /wrong statuses/);
    });

    it('latest: accepts some in order, and refuses a missing last one, a stray one and a step back', () => {
      const some = every.filter((_, index) => index % 3 === 0 || isLast(index));
      assert.equal(verdictOf('latest', some), undefined);
      assert.match(verdictOf('latest', every.slice(0, -1)) ?? '', /1 sections without their last status/);
      const later = every.findIndex((_, index) => index > 20 && isLast(index));
      assert.match(verdictOf('latest', every.toSpliced(later, 0, every[3] as OutputRecord)) ?? '', /out of order/);
    });

    it('refuses a changed value, a wrong partition and an unknown section', () => {
      const first = every[4] as OutputRecord;
      const another = (every[every.length - 1] as OutputRecord).value;
      assert.notEqual(verdictOf('every', every.with(4, { ...first, value: another })), undefined);
      const moved = { ...first, partition: (first.partition + 1) % partitions };
      assert.match(verdictOf('every', every.with(4, moved)) ?? '', /wrong partition/);
      assert.match(verdictOf('every', every.with(4, { ...first, key: Buffer.from('1-x') })) ?? '', /of no section/);
    });
  });
}

describe('bench: the verification of statuses at a high rate', () => {
  it('latest: takes the last of equal statuses, of rejections within a millisecond, for all of them', () => {
    const { load: quick, model: quickModel } = smallLoad({ requests: 1_000 }, 100_000);
    const every = statusRecords(quick, quickModel, 'count');
    const lastOnly = every.filter((record, index) => !every[index + 1]?.key.equals(record.key));
    const verdictOf = (records: readonly OutputRecord[]) =>
      verdict(records, (problems) => {
        const sequence = new StatusSequence(quick, quickModel, 'latest', problems);
        return new StatusCheck(quick, sequence, partitions, problems);
      });
    assert.equal(verdictOf(lastOnly), undefined);
    assert.match(verdictOf(lastOnly.slice(1)) ?? '', /1 sections without their last status/);
  });
});

describe('bench: the verification of full statuses', () => {
  it('refuses a map in which one seat is wrong though the count is right', () => {
    const records = statusRecords(load, model, 'full');
    const record = records[3] as OutputRecord;
    const text = record.value.toString('latin1');
    const name = load.sections[0]?.name;
    // The first seats are sold by now and the last ones are not: exchange the names of two, whose lengths are equal.
    const exchanged = text.replace(`${name}-10\u0010`, `${name}-9?\u0010`).replace(`${name}-90`, `${name}-10`);
    const value = Buffer.from(exchanged.replace(`${name}-9?`, `${name}-90`), 'latin1');
    const wrong = records.with(3, { ...record, value });
    const problems = new Problems();
    const sequence = new StatusSequence(load, model, 'every', problems);
    feed(wrong, new FullStatusCheck(load, model, sequence, partitions, problems));
    if (value.equals(record.value)) assert.fail('the test changed nothing');
    assert.throws(() => problems.assertNone(), /^WrongOutputError: 1 wrong seat maps/);
  });
});

describe('bench: the verification of the limit', () => {
  const encoder = new RequestEncoder(load);
  const echoes = Array.from({ length: load.shape.requests }, (_, request) => {
    const { key, partition } = load.section(request);
    return { partition, timestampMs: 0, key, value: Buffer.from(encoder.encode(request)) };
  });
  const verdictOf = (records: readonly OutputRecord[]) => verdict(records, (problems) => new EchoCheck(load, problems));

  it('accepts every request once, and refuses one missing, twice or changed', () => {
    assert.equal(verdictOf(echoes), undefined);
    assert.match(verdictOf(echoes.slice(1)) ?? '', /1 missing echoes/);
    assert.match(verdictOf([...echoes, echoes[2] as OutputRecord]) ?? '', /1 duplicated echoes/);
    const value = Buffer.from((echoes[2] as OutputRecord).value);
    value[value.length - 1] = (value.at(-1) as number) ^ 1;
    assert.match(verdictOf(echoes.with(2, { ...(echoes[2] as OutputRecord), value })) ?? '', /1 changed records/);
  });
});
