import assert from 'node:assert/strict';
import { FatalError, temporary } from '../../../src/errors.js';
import type { NewTopic } from '../../../src/kafka/admin.js';
import { type RecreationCluster, recreateTopic } from '../../../src/topics/recreate-topic.js';
import { type ExpendableRole, planRecreation } from '../../../src/topics/recreation-plan.js';
import type { RunningDaemon } from '../../../src/topics/running-daemon.js';
import type { GroupLag } from '../../../src/topics/topic-description.js';
import { describedTopic } from './described-topic.js';

const name = 'section-status';
const own = { 'cleanup.policy': 'compact' };
const before = describedTopic({ name, partitions: 32, replication: 3, own });
const behind = (lag: number): GroupLag => ({ group: 'readers', state: 'Stable', lag, partitionsBehind: 1 });

/** A cluster and a daemon in memory: `steps` is what was done to them, in order. */
class Stage {
  readonly steps: string[] = [];
  /** The lag of a group at each look at it; the last one stays. */
  lags: number[] = [0];
  /** Whether somebody else paused the daemon before. */
  wasPaused = false;
  /** The step that fails. */
  failing = '';
  /** What the cluster makes of the topic. */
  made = (topic: NewTopic) => describedTopic({ ...topic, own: topic.configs });
  private topic = before;

  readonly cluster: RecreationCluster = {
    describe: async () => {
      const lag = this.lags.length > 1 ? (this.lags.shift() ?? 0) : (this.lags[0] ?? 0);
      return { ...this.topic, groups: lag === 0 ? [] : [behind(lag)] };
    },
    validate: () => this.step('validate'),
    delete: () => this.step('delete'),
    untilGone: async (_, id) => {
      assert.equal(id, before.id);
      await this.step('gone');
      return 3;
    },
    create: async (topic) => {
      await this.step('create');
      this.topic = this.made(topic);
    },
    untilThere: async () => {
      await this.step('there');
      return 3;
    },
  };

  readonly daemon: RunningDaemon = {
    name: 'seatmapd host-a',
    pause: async () => {
      await this.step('pause');
      return { wasPaused: this.wasPaused };
    },
    republish: async () => {
      await this.step('republish');
      return 77;
    },
    resume: () => this.step('resume'),
  };

  recreate(
    daemon: RunningDaemon | undefined,
    { force = false, role = 'status' as ExpendableRole } = {},
  ): Promise<void> {
    const { cluster } = this;
    const plan = planRecreation(role, before, { partitions: 20, replication: 1, configs: {} });
    const options = { cluster, plan, daemon, force, lagTimeoutMs: 20, say: () => undefined };
    return recreateTopic({ ...options, wait: () => new Promise((resolve) => setTimeout(resolve, 5)) });
  }

  private async step(step: string): Promise<void> {
    this.steps.push(step);
    if (step === this.failing) throw temporary(`${step} failed.`);
  }
}

const all = ['validate', 'pause', 'delete', 'gone', 'create', 'there', 'republish', 'resume'];

describe('the recreation of a topic', () => {
  it('pauses the daemon before it deletes, and has it send every count before it goes on', async () => {
    const stage = new Stage();
    await stage.recreate(stage.daemon);
    assert.deepEqual(stage.steps, all);
  });

  it('sends no counts for a topic that has none', async () => {
    const stage = new Stage();
    await stage.recreate(stage.daemon, { role: 'results' });
    assert.deepEqual(
      stage.steps,
      all.filter((step) => step !== 'republish'),
    );
  });

  it('leaves a daemon paused that was paused before', async () => {
    const stage = new Stage();
    stage.wasPaused = true;
    await stage.recreate(stage.daemon);
    assert.deepEqual(
      stage.steps,
      all.filter((step) => step !== 'resume'),
    );
  });

  it('needs no daemon', async () => {
    const stage = new Stage();
    await stage.recreate(undefined);
    assert.deepEqual(stage.steps, ['validate', 'delete', 'gone', 'create', 'there']);
  });

  it('waits for a group that reads on, and deletes nothing that one has not read', async () => {
    const reading = new Stage();
    reading.lags = [9, 4, 0];
    await reading.recreate(reading.daemon);
    assert.deepEqual(reading.steps, all);

    const stuck = new Stage();
    stuck.lags = [9];
    await assert.rejects(stuck.recreate(stuck.daemon), /readers is 9 behind .* Nothing was changed/);
    assert.deepEqual(stuck.steps, ['validate', 'pause', 'resume']);

    const forced = new Stage();
    forced.lags = [9];
    await forced.recreate(forced.daemon, { force: true });
    assert.deepEqual(forced.steps, all);
  });

  it('leaves the daemon as it was when it fails before the deletion, and paused when it fails after it', async () => {
    for (const [failing, steps] of [
      ['validate', ['validate']],
      ['delete', ['validate', 'pause', 'delete', 'resume']],
      ['gone', all.slice(0, 4)],
      ['create', all.slice(0, 5)],
      ['there', all.slice(0, 6)],
    ] as const) {
      const stage = new Stage();
      stage.failing = failing;
      await assert.rejects(stage.recreate(stage.daemon), (error: FatalError) => {
        assert.match(error.message, new RegExp(`${failing} failed`));
        const isDeleted = (steps as readonly string[]).includes('gone');
        assert.equal(/host-a is still paused\..*`seatmapd republish`/.test(error.message), isDeleted);
        return true;
      });
      assert.deepEqual(stage.steps, steps);
    }
  });

  it('says both when it fails and the daemon can not go on', async () => {
    const stage = new Stage();
    stage.failing = 'delete';
    const daemon = {
      ...stage.daemon,
      resume: () => Promise.reject(temporary('the daemon went away before it answered')),
    };
    await assert.rejects(stage.recreate(daemon), /^FatalError: delete failed\. Besides, the daemon went away before/);
  });

  it('goes on selling when the counts could not all be sent, and says so', async () => {
    const stage = new Stage();
    stage.failing = 'republish';
    await assert.rejects(stage.recreate(stage.daemon), (error: FatalError) => {
      assert.equal(error.exitCode, 75);
      assert.match(error.message, /not every section's count is in it: republish failed\. Run/);
      return true;
    });
    assert.deepEqual(stage.steps, all);
  });

  it('goes on with a topic that has not become what it should, and says so', async () => {
    const stage = new Stage();
    stage.made = (topic) => describedTopic({ ...topic, partitions: 32, replication: 2, own: {} });
    await assert.rejects(stage.recreate(stage.daemon), (error: FatalError) => {
      assert.ok(error instanceof FatalError);
      assert.match(error.message, /it has 32 partitions, partition 0 has 2 replicas, .*cleanup\.policy is delete/);
      return true;
    });
    assert.deepEqual(stage.steps, all);
  });
});
