import { loadNative } from '../kafka/native.js';
import { Notifier } from '../notify/notifier.js';
import type { Pulse } from '../notify/pulse.js';
import { serviceManager, watchdogMsOf } from '../notify/service-manager.js';
import type { Assembly } from './assembly.js';
import type { Foundation } from './parts.js';

/** Tells systemd how the process is, from here on, where it wants to hear of it (Type=notify). */
export function startNotifying({ log, lifeCycle, metrics, closers }: Foundation, parts: Assembly): void {
  const native = loadNative();
  const manager = serviceManager(process.env, 'unavailable' in native ? undefined : native.notify, log);
  const watchdogMs = watchdogMsOf(process.env, process.pid);
  // What this process runs is not the service.
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete process.env[name];
  if (manager === undefined) return;
  const pulse = (): Pulse | undefined => {
    const { pipeline, slots, input } = parts;
    if (pipeline === undefined || slots === undefined || input === undefined) return undefined;
    return {
      turns: input.consumes,
      answered: slots.activity.map(({ answered }) => answered),
      inFlight: pipeline.view.batchesInFlight,
      settled: metrics.batchesTotal + metrics.commitAbortsTotal + metrics.rebalancesTotal,
    };
  };
  const ping = (): void => {
    const { slots } = parts;
    // A worker that fails ends the process by its own way.
    for (let slot = 0; slot < (slots?.count ?? 0); slot += 1) slots?.run(slot, { kind: 'ping' }).catch(() => undefined);
  };
  let last = { recordsConsumedTotal: 0, atMs: performance.now() };
  const summary = (): string => {
    const { assignedPartitions, consumerLag, recordsConsumedTotal } = metrics.readings();
    const atMs = performance.now();
    const rate = Math.round(
      ((recordsConsumedTotal - last.recordsConsumedTotal) * 1_000) / Math.max(1, atMs - last.atMs),
    );
    last = { recordsConsumedTotal, atMs };
    return `${assignedPartitions} partitions, ${rate} records/s, lag ${consumerLag.total}`;
  };
  const notifier = new Notifier({ manager, lifeCycle, log, watchdogMs, pulse, ping, summary });
  closers.add(() => notifier.end());
}
