import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type MadeState, madeState, openSlot, sell } from '../../support/fakes/state.js';
import { seatmapd } from './seatmapd.js';

describe('seatmapd state', () => {
  let state: MadeState;
  before(async () => {
    state = await madeState({
      0: [{ eventId: 1n, section: 'A', rows: 2, seatsPerRow: 12, initialReserved: ['A-3'] }],
      1: [
        { eventId: 1n, section: 'left-1', rows: 1, seatsPerRow: 5 },
        { eventId: 2n ** 60n, section: 'B', rows: 1, seatsPerRow: 5 },
      ],
    });
    const driver = await openSlot(state, [0]);
    driver.positions.set(0, { init: 1, requests: 0 });
    await sell(driver, 0, 1n, 'A', 2);
    await driver.run({ kind: 'close', partitions: [0] });
  });

  const run = (...words: string[]) => seatmapd(['state', ...words, '-c', state.file]);

  it('list shows each section with its counts, and a sum', () => {
    const { status, stdout, stderr } = run('list');
    assert.deepEqual([status, stderr], [0, '']);
    const [head, first, second, third, sum] = stdout.split('\n').map((line) => line.trim().split(/ +/).join(' '));
    assert.equal(head, 'event section partition available total sold init requests');
    assert.equal(first, '1 A 0 21 24 2 1 1');
    assert.equal(second, '1 left-1 1 5 5 0 2 0');
    assert.equal(third, `${2n ** 60n} B 1 5 5 0 2 0`);
    assert.equal(sum, '3 sections of 2 events in 2 partitions: 31 of 34 seats available, 2 sold');
  });

  it('list --json has an object a line, of one event if asked', () => {
    const { status, stdout } = run('list', String(2n ** 60n), '--json');
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), {
      ...{ eventId: String(2n ** 60n), section: 'B', partition: 1 },
      ...{ available: 5, total: 5, sold: 0, initiallyReserved: 0 },
      ...{ initPosition: 2, requestsPosition: 0, lastTimestampMs: 1_001 },
    });
  });

  it('show draws the seats, and --json numbers those that are taken', () => {
    const { status, stdout } = run('show', '1', 'A');
    assert.equal(status, 0);
    assert.equal(
      stdout,
      [
        'section A of event 1, in partition 0',
        '24 seats, 2 × 12: 21 available, 2 sold, 1 reserved from the start',
        'as of init 1, requests 1; last input at 1970-01-01T00:00:01.000Z',
        'image of format version 1, 72 bytes',
        '',
        'row  seats  # taken  . free',
        '  1   1-12  ###....... ..',
        '  2  13-24  .......... ..',
        '',
      ].join('\n'),
    );
    const { taken, rows, seatsPerRow, formatVersion } = JSON.parse(run('show', '1', 'A', '--json').stdout);
    assert.deepEqual([taken, rows, seatsPerRow, formatVersion], [[1, 2, 3], 2, 12, 1]);
  });

  it('show of a section that is not here names what lists them (78)', () => {
    const { status, stderr } = run('show', '1', 'nowhere');
    assert.equal(status, 78);
    assert.match(stderr, /Section nowhere of event 1 is in none of the 2 partitions.*state list 1/);
  });

  it('without a store says where it looked (78)', () => {
    const { status, stderr } = run('list', '--set', 'application=other');
    assert.equal(status, 78);
    assert.match(stderr, /There is no state in .*other/);
  });

  it('tells of a store that can’t be read, lists the others, and ends with 1', () => {
    rmSync(join(state.folder, '1', 'opener'));
    const { status, stdout, stderr } = run('list');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^warning: partition 1 can't be read: the daemon would not use it: it does not say who opened it/,
    );
    assert.match(stdout, /1 section of 1 event in 1 partition/);
  });
});
