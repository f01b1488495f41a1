import { Random } from '../../test/support/random.js';
import type { World } from '../world.js';
import type { SimDaemon } from './daemon.js';

/** Apart from the seed's own numbers, so that a run without an operator is the same as ever. */
const salt = 0x5eed;
/** When it asks for something: in the thick of it, or late. */
const horizonsMs = [200, 1_000, 5_000, 20_000];
const retryMs = 50;
const pausesMs = [1, 20, 200, 3_000, 12_000];

/** A person at the control socket: pauses and resumes instances, and has them republish, at moments of their own. */
export class SimOperator {
  private readonly random: Random;

  /** @param daemons those that run at the moment */
  constructor(
    private readonly world: World,
    seed: number,
    private readonly daemons: () => readonly SimDaemon[],
  ) {
    this.random = new Random(seed ^ salt);
  }

  /** Plans what will be asked for. A pause always ends, unless its process does. */
  begin(): void {
    const { random, world } = this;
    const horizonMs = random.pick(horizonsMs);
    for (let command = random.whole(1, 6); command > 0; command -= 1)
      world.schedule.after(random.next() * horizonMs, () => this.ask());
  }

  private ask(): void {
    const { random } = this;
    const isPause = random.next() < 0.6;
    const durationMs = random.pick(pausesMs);
    const running = this.daemons();
    if (running.length === 0) return;
    const daemon = random.pick(running);
    if (!isPause) void daemon.ask('republish');
    else {
      void daemon.ask('pause');
      this.resumeAfter(daemon, durationMs);
    }
  }

  /** While something else is under way a resume is refused; it is asked for again, as long as the process lives. */
  private resumeAfter(daemon: SimDaemon, delayMs: number): void {
    const resume = async (): Promise<void> => {
      if (!(await daemon.ask('resume'))) this.resumeAfter(daemon, retryMs);
    };
    this.world.schedule.after(delayMs, () => void resume(), daemon.process);
  }
}
