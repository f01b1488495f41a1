import type { Step } from '../faults/fault.js';
import type { Faults, Occurrence } from '../faults/faults.js';
import type { SimulatedProcess } from '../host/process.js';
import type { Latencies } from '../latencies.js';
import type { Schedule } from '../schedule.js';
import type { Trace } from '../trace.js';
import { later } from './later.js';

export type CallsOptions = {
  readonly process: SimulatedProcess;
  readonly schedule: Schedule;
  readonly latencies: Latencies;
  readonly faults: Faults;
  readonly trace: Trace;
};

type Effect<Result> = () => Result | typeof later | Promise<Result | typeof later>;

type Call<Result> = {
  readonly occurrence: Occurrence;
  readonly effect: Effect<Result>;
  /** The process, for what it does by itself; a request is the network's once it is sent. */
  readonly owner: SimulatedProcess | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * The steps of a process: each is under way for a while, takes effect at one moment, and its answer takes another while.
 * At each of the two moments a fault may strike. A step of a process that is gone is never answered.
 */
export class Calls {
  constructor(private readonly options: CallsOptions) {}

  /** A request to the cluster. Once sent it may take effect although the process is paused, or gone. */
  request<Result>(step: Step, effect: () => Result | typeof later): Promise<Result> {
    return this.begin(step, effect, undefined);
  }

  /** Something done within the process. */
  local<Result>(step: Step, effect: Effect<Result>): Promise<Result> {
    return this.begin(step, effect, this.options.process);
  }

  private begin<Result>(step: Step, effect: Effect<Result>, owner: SimulatedProcess | undefined): Promise<Result> {
    const { process, schedule, faults } = this.options;
    return new Promise((resolve, reject) => {
      if (process.isGone) return;
      const occurrence = faults.occurrence(process, step);
      const call = { occurrence, effect, owner, resolve, reject };
      const delayMs = faults.delayMs(occurrence) + this.latencyMs(owner);
      schedule.after(delayMs, () => void this.attempt(call, 0), owner);
    });
  }

  private async attempt<Result>(call: Call<Result>, attempts: number): Promise<void> {
    const { process, schedule, latencies, faults, trace } = this.options;
    const { occurrence, effect, owner, resolve, reject } = call;
    if (process.isGone && (attempts > 0 || !faults.wasSent())) return;
    try {
      if (attempts === 0) faults.strike(occurrence, 'before');
      const result = await effect();
      if (result === later) {
        schedule.after(latencies.retry(attempts), () => void this.attempt(call, attempts + 1), owner);
        return;
      }
      trace.add(process.name, occurrence.step);
      faults.strike(occurrence, 'after');
      this.answer(owner, () => resolve(result));
    } catch (error) {
      this.answer(owner, () => reject(error));
    }
  }

  private answer(owner: SimulatedProcess | undefined, settle: () => void): void {
    const { process, schedule } = this.options;
    schedule.after(this.latencyMs(owner), settle, process);
  }

  private latencyMs(owner: SimulatedProcess | undefined): number {
    const { latencies } = this.options;
    return owner === undefined ? latencies.network() : latencies.local();
  }
}
