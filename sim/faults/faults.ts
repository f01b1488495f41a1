import { temporary } from '../../src/errors.js';
import type { Random } from '../../test/support/random.js';
import { KafkaFailure } from '../client/kafka-failure.js';
import type { SimulatedProcess } from '../host/process.js';
import type { DiskFault, Fault, FaultKind, Step } from './fault.js';

/** One time that a process comes to a step. */
export type Occurrence = { readonly process: SimulatedProcess; readonly step: Step; readonly nth: number };

/** What a fault can do to the world besides failing the step. */
export interface Mishaps {
  crash(process: SimulatedProcess, disk: DiskFault | undefined): void;
  pause(process: SimulatedProcess, durationMs: number): void;
  usurp(process: SimulatedProcess, durationMs: number): void;
  expel(process: SimulatedProcess): void;
  rebalance(): void;
  stop(process: SimulatedProcess, downMs: number): void;
  startAnother(): void;
  compact(): void;
}

/** What a step fails with. */
const failures: Readonly<Partial<Record<FaultKind, () => Error>>> = {
  abortable: KafkaFailure.abortable,
  fatal: KafkaFailure.fatal,
  unknownOutcome: KafkaFailure.timedOut,
  failedWrite: () => temporary("the store can't be written (no space left on device)"),
};

/** Lets faults strike when their time has come, and counts them. */
export class Faults {
  readonly struck = new Map<FaultKind, number>();
  private readonly times = new Map<Step, number>();

  constructor(
    private readonly planned: readonly Fault[],
    private readonly mishaps: Mishaps,
    private readonly random: Random,
    private readonly onStruck: (process: SimulatedProcess, what: string) => void,
  ) {}

  occurrence(process: SimulatedProcess, step: Step): Occurrence {
    const nth = (this.times.get(step) ?? 0) + 1;
    this.times.set(step, nth);
    return { process, step, nth };
  }

  /** Whether what a process had begun when it ended had left the machine already. */
  wasSent(): boolean {
    return this.random.next() < 0.5;
  }

  /** How much longer than usual the step takes. */
  delayMs(occurrence: Occurrence): number {
    const slow = this.of(occurrence).filter(({ kind }) => kind === 'slow');
    for (const fault of slow) this.note(occurrence, fault);
    return slow.reduce((sum, { durationMs }) => sum + durationMs, 0);
  }

  /** @throws what the step fails with */
  strike(occurrence: Occurrence, when: Fault['when']): void {
    if (occurrence.process.isGone) return;
    for (const fault of this.of(occurrence)) {
      if (fault.when !== when || fault.kind === 'slow' || fault.kind === 'repeatedWrite') continue;
      this.note(occurrence, fault);
      this.carryOut(fault, occurrence.process);
    }
  }

  /** Whether the store is to be written a second time. */
  isRepeated(occurrence: Occurrence): boolean {
    const fault = this.of(occurrence).find(({ kind }) => kind === 'repeatedWrite');
    if (fault !== undefined) this.note(occurrence, fault);
    return fault !== undefined;
  }

  /** @throws what the step fails with */
  private carryOut({ kind, durationMs, disk }: Fault, process: SimulatedProcess): void {
    const { mishaps } = this;
    if (kind === 'pause') mishaps.pause(process, durationMs);
    else if (kind === 'usurped') mishaps.usurp(process, durationMs);
    else if (kind === 'expelled') mishaps.expel(process);
    else if (kind === 'rebalance') mishaps.rebalance();
    else if (kind === 'stop') mishaps.stop(process, durationMs);
    else if (kind === 'start') mishaps.startAnother();
    else if (kind === 'compaction') mishaps.compact();
    else {
      if (kind === 'crash') mishaps.crash(process, disk);
      throw failures[kind]?.() ?? new Error(`${process.name} is gone`);
    }
  }

  private of({ step, nth }: Occurrence): readonly Fault[] {
    return this.planned.filter((fault) => fault.step === step && fault.nth === nth);
  }

  private note({ process, step, nth }: Occurrence, { kind, when, durationMs, disk }: Fault): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
    const details = [when, step, nth, durationMs > 0 ? `${durationMs} ms` : '', disk ?? ''].filter((one) => one !== '');
    this.onStruck(process, `FAULT ${kind} ${details.join(' ')}`);
  }
}
