import assert from 'node:assert/strict';
import type { OffsetRange } from '../../../src/kafka/watermarks.js';
import { planRestore, type RestoreFacts, type RestorePlan, resumeFromImages } from '../../../src/restore/plan.js';
import type { StoreMark } from '../../../src/slots/tasks.js';
import { topicNames } from '../../support/fakes/settings.js';

const partition = 3;
const range = (low: number, high: number): OffsetRange => ({ low, high });
const mark = (init: number, requests: number, changelogPosition = 40, clusterId = 'a'): StoreMark => ({
  positions: { init, requests },
  ...{ changelogPosition, clusterId },
});

const facts = (overrides: Partial<RestoreFacts> = {}): RestoreFacts => ({
  ...{ application: 'app', partition, clusterId: 'a', topics: topicNames },
  guarantee: 'exactly_once',
  committed: { init: 5, requests: 100 },
  store: mark(5, 100),
  ranges: { init: range(0, 10), requests: range(0, 200), changelog: range(0, 60) },
  ...overrides,
});
const ranges = (overrides: Partial<RestoreFacts['ranges']>): Pick<RestoreFacts, 'ranges'> => ({
  ranges: { ...facts().ranges, ...overrides },
});
const plan = (overrides: Partial<RestoreFacts> = {}): RestorePlan => planRestore(facts(overrides));

const fromStore: RestorePlan = {
  ...{ partition, start: { init: 5, requests: 100 }, changelog: undefined, source: 'store' },
  ...{ offsetsExpired: false, hasNoOffsets: false },
};
const refuses = (overrides: Partial<RestoreFacts>, exitCode: number, ...words: RegExp[]): void => {
  for (const word of words) assert.throws(() => plan(overrides), { exitCode, message: word });
};

describe('the plan of a restore', () => {
  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    describe(guarantee, () => {
      it('a store equal to the committed offsets is ready without a look at the changelog', () => {
        assert.deepEqual(plan({ guarantee }), fromStore);
      });

      it('a store that is behind follows the changelog from its own position to the high watermark', () => {
        for (const store of [mark(5, 99), mark(4, 100), mark(0, 0)]) {
          const changelog = { from: 40, until: 60 };
          assert.deepEqual(plan({ guarantee, store }), { ...fromStore, changelog, source: 'changelog' });
        }
      });

      it('a store that is behind a changelog that was compacted since begins where the changelog does', () => {
        const { changelog } = plan({ guarantee, store: mark(4, 90), ...ranges({ changelog: range(50, 60) }) });
        assert.deepEqual(changelog, { from: 50, until: 60 });
      });

      it('a store that is behind by batches without images has nothing to read', () => {
        const behind = plan({ guarantee, store: mark(5, 90, 60) });
        assert.deepEqual(behind, { ...fromStore, source: 'changelog' });
      });

      it('a lost store reads the whole changelog and begins at the committed offsets', () => {
        const lost = plan({ guarantee, store: undefined, ...ranges({ changelog: range(7, 60) }) });
        assert.deepEqual(lost, { ...fromStore, changelog: { from: 7, until: 60 }, source: 'changelog' });
      });

      it('a lost store and an empty changelog are an empty partition at the committed offsets', () => {
        const empty = plan({ guarantee, store: undefined, ...ranges({ changelog: range(0, 0) }) });
        assert.deepEqual(empty, { ...fromStore, source: 'empty' });
      });

      it('without offsets, store and images it begins at the earliest offsets', () => {
        const first = plan({
          ...{ guarantee, committed: {}, store: undefined },
          ...ranges({ init: range(2, 10), requests: range(30, 200), changelog: range(0, 0) }),
        });
        const start = { init: 2, requests: 30 };
        assert.deepEqual(first, { ...fromStore, start, source: 'empty', hasNoOffsets: true });
      });

      it('without offsets and store a changelog that has something is read, for it may have images', () => {
        const images = plan({ guarantee, committed: {}, store: undefined });
        assert.deepEqual(images.changelog, { from: 0, until: 60 });
        assert.equal(images.hasNoOffsets, true);
      });

      const changelog = { from: 40, until: 60 };
      const expired: RestorePlan = { ...fromStore, offsetsExpired: true, source: 'changelog', changelog };

      it("with expired offsets the store's are used, it says so, and the changelog tells whether another went on", () => {
        assert.deepEqual(plan({ guarantee, committed: {} }), expired);
      });

      it("with one topic's offset expired the store's takes its place", () => {
        assert.deepEqual(plan({ guarantee, committed: { requests: 100 } }), expired);
        assert.deepEqual(plan({ guarantee, committed: { init: 5 } }), expired);
      });

      it('a committed offset that was deleted needs a person (78), who is told the missing range', () => {
        for (const store of [mark(5, 100), mark(5, 90), undefined]) {
          const deleted = { guarantee, store, ...ranges({ requests: range(120, 200) }) };
          refuses(deleted, 78, /100 to 119/, /reservation-requests-3/, /group app/);
        }
        refuses({ guarantee, ...ranges({ init: range(6, 10) }) }, 78, /5 to 5/, /section-init-3/);
      });

      it("a store's offset that was deleted, when the group has none, needs a person (78)", () => {
        refuses({ guarantee, committed: {}, ...ranges({ requests: range(101, 200) }) }, 78, /100 to 100/);
      });

      it('a committed offset beyond the end of the log needs a person (78)', () => {
        for (const store of [mark(5, 100), mark(5, 90), undefined]) {
          refuses({ guarantee, store, ...ranges({ requests: range(0, 99) }) }, 78, /100/, /ends at 99/);
        }
        refuses({ guarantee, ...ranges({ init: range(0, 4) }) }, 78, /section-init-3/);
      });

      it('a committed offset at either end of the log is within it', () => {
        const exact = ranges({ init: range(5, 5), requests: range(100, 100) });
        assert.deepEqual(plan({ guarantee, ...exact }), fromStore);
      });

      it('a store that has followed the changelog further than it reaches needs a person (78)', () => {
        const beyond = { guarantee, store: mark(5, 100, 61) };
        refuses(beyond, 78, /app-changelog/, /61/, /60/);
        assert.deepEqual(plan({ guarantee, store: mark(5, 100, 60) }), fromStore);
      });

      it('a store of another cluster needs a person (78), who is told both', () => {
        refuses({ guarantee, store: mark(5, 100, 40, 'other') }, 78, /other/, /but this is a\b/);
      });

      it('a cluster that is not known on either side is no other cluster', () => {
        assert.deepEqual(plan({ guarantee, store: mark(5, 100, 40, '') }), fromStore);
        assert.deepEqual(plan({ guarantee, clusterId: '' }), fromStore);
      });
    });
  }

  it('a store ahead of the committed offsets is a broken invariant (70) under exactly_once, and it says what to do', () => {
    for (const store of [mark(6, 100), mark(5, 101), mark(6, 99), mark(4, 101)]) {
      refuses({ store }, 70, /broken invariant/, /partition 3/, /group app/);
    }
  });

  it('a store ahead of the committed offsets is where at_least_once goes on: it was written before they were', () => {
    for (const [init, requests] of [
      [6, 100],
      [5, 101],
      [7, 150],
    ] as const) {
      const ahead = plan({ guarantee: 'at_least_once', store: mark(init, requests) });
      assert.deepEqual(ahead, { ...fromStore, start: { init, requests } });
    }
  });

  it('a store ahead on one topic and behind on the other is a broken invariant (70) in both guarantees', () => {
    for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
      refuses({ guarantee, store: mark(6, 99) }, 70, /broken invariant/);
      refuses({ guarantee, store: mark(4, 101) }, 70, /broken invariant/);
    }
  });

  describe('of a store that has only stood by, and has no offsets of its own', () => {
    const standby: StoreMark = { positions: undefined, changelogPosition: 40, clusterId: 'a' };
    const changelog = { from: 40, until: 60 };
    const followed: RestorePlan = { ...fromStore, source: 'changelog', changelog };
    for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
      it(`${guarantee}: begins at the committed offsets and follows the changelog from where it stood`, () => {
        assert.deepEqual(plan({ guarantee, store: standby }), followed);
        const all = plan({ guarantee, store: { ...standby, changelogPosition: 60 } });
        assert.deepEqual(all, { ...followed, changelog: undefined });
        const deleted = plan({ guarantee, store: standby, ...ranges({ changelog: range(50, 60) }) });
        assert.deepEqual(deleted.changelog, { from: 50, until: 60 });
      });

      it(`${guarantee}: without committed offsets it is as if there were no store: its images need a person`, () => {
        const start = { init: 2, requests: 30 };
        const first = plan({
          ...{ guarantee, committed: {}, store: standby },
          ...ranges({ init: range(2, 10), requests: range(30, 200) }),
        });
        assert.deepEqual(first, { ...followed, start, hasNoOffsets: true });
        const asked = { application: 'app', partition, changelog: topicNames.changelog, resumeFrom: undefined };
        assert.throws(() => resumeFromImages({ ...asked, store: standby }, start), {
          exitCode: 78,
          message: /there is no store/,
        });
      });
    }

    it('needs a person (78) when the changelog is another cluster, or ends before where it stood', () => {
      refuses({ store: { ...standby, clusterId: 'other' } }, 78, /other/);
      refuses({ store: { ...standby, changelogPosition: 61 } }, 78, /61/, /60/);
    });
  });

  it('images without any offset need a person (78), who may go on behind the newest of them', () => {
    const newest = { init: 2, requests: 9 };
    const asked = { application: 'app', partition, changelog: topicNames.changelog, store: undefined };
    assert.throws(() => resumeFromImages({ ...asked, resumeFrom: undefined }, newest), {
      exitCode: 78,
      message: /app-changelog-3.*--resume-from images.*init 2, requests 9/,
    });
    assert.deepEqual(resumeFromImages({ ...asked, resumeFrom: 'images' }, newest), newest);
  });
});
