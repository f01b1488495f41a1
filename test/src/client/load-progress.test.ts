import assert from 'node:assert/strict';
import { LoadProgress } from '../../../src/client/load-progress.js';

describe('LoadProgress', () => {
  it('is done when each partition was read to the high watermark that it had at first sight', () => {
    const progress = new LoadProgress([0, 1]);
    progress.note({ partition: 0, next: 0, high: 0 });
    progress.note({ partition: 1, next: undefined, high: undefined });
    progress.note({ partition: 1, next: 2, high: undefined });
    assert.equal(progress.isDone, false);
    progress.note({ partition: 1, next: 3, high: 5 });
    // Under a load the watermark moves on, and what it was is enough.
    progress.note({ partition: 1, next: 4, high: 900 });
    assert.equal(progress.isDone, false);
    progress.note({ partition: 1, next: 5, high: 900 });
    assert.equal(progress.isDone, true);
  });
});
