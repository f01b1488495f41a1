import assert from 'node:assert/strict';
import { TopicChanges } from '../../../src/client/topic-changes.js';

const noId = 'AAAAAAAAAAAAAAAAAAAAAA';
const one = '3lGrFYGLRA6rgv55Dud8HQ';
const other = 'q1Sh-9_ySfCcDxyYVZCYuA';

describe('TopicChanges', () => {
  function changesAfter(...sentences: string[]): TopicChanges {
    const changes = new TopicChanges('status');
    for (const message of sentences) changes.note({ severity: 7, fac: 'METADATA', message: `[thrd:main]: ${message}` });
    return changes;
  }

  const counted = (from: number, to: number): string => `Topic status partition count changed from ${from} to ${to}`;
  const first = [counted(0, 4), `Topic status changed id from ${noId} to ${one}`];

  it('takes what is told at first for the topic that is read', () => {
    const changes = changesAfter(...first);
    assert.equal(changes.happened, undefined);
    assert.equal(changes.isMissing, false);
  });

  it('notices another id, even with as many partitions', () => {
    const changes = changesAfter(...first, `Topic status changed id from ${one} to ${other}`);
    assert.equal(changes.happened, 'status was deleted and made anew');
  });

  it('notices added partitions', () => {
    assert.equal(changesAfter(...first, counted(4, 6)).happened, 'status has 6 partitions now');
  });

  it('notices that the topic is missing, and takes one that comes back for another', () => {
    const missing = changesAfter(...first, counted(4, 0));
    assert.equal(missing.isMissing, true);
    assert.equal(missing.happened, undefined);
    const back = changesAfter(...first, counted(4, 0), counted(0, 4));
    assert.equal(back.isMissing, false);
    assert.equal(back.happened, 'status has 4 partitions now');
  });

  it('does not mistake another topic for its own', () => {
    const changes = changesAfter(
      ...first,
      'Topic status-2 partition count changed from 4 to 0',
      `Topic my-status changed id from ${one} to ${other}`,
    );
    assert.equal(changes.happened, undefined);
    assert.equal(changes.isMissing, false);
  });
});
