import { execFile } from 'node:child_process';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';

/** What sd_notify(3) takes: `READY`, `STATUS`, `STOPPING` …, each with its value. */
export type Assignments = Readonly<Record<string, string | number>>;

/** systemd, as the service that it runs sees it. */
export interface ServiceManager {
  send(assignments: Assignments): void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** One datagram to a unix socket; a leading `@` stands for the abstract namespace. Throws an Error with a code. */
export type SendDatagram = (socket: string, message: string) => void;

/** STATUS is one line for people. */
const encoded = (assignments: Assignments): string[] =>
  Object.entries(assignments).map(([name, value]) => `${name}=${String(value).replace(/\s+/g, ' ')}`);

/**
 * The manager that started this process and wants to hear of it (Type=notify), or undefined. Without the addon, which has
 * the socket call that Node lacks, systemd-notify(1) is run for each message.
 */
export function serviceManager(
  environment: Environment,
  sendDatagram: SendDatagram | undefined,
  log: Log,
): ServiceManager | undefined {
  const { NOTIFY_SOCKET: socket } = environment;
  if (socket === undefined || socket === '') return undefined;
  let hasFailed = false;
  const onFailure = (error: unknown): void => {
    if (hasFailed) return;
    hasFailed = true;
    log.warn('notifyFailed', { socket }, `systemd can't be told how the service is: ${messageOf(error)}`);
  };
  if (sendDatagram === undefined) return programOf(log, onFailure);
  return {
    send: (assignments) => {
      try {
        sendDatagram(socket, encoded(assignments).join('\n'));
      } catch (error) {
        onFailure(error);
      }
    },
  };
}

function programOf(log: Log, onFailure: (error: unknown) => void): ServiceManager {
  log.warn(
    'notifyFailed',
    {},
    'without the native addon systemd is told by systemd-notify(1), which is another process: the unit must have NotifyAccess=all',
  );
  return {
    send: (assignments) => {
      execFile('systemd-notify', encoded(assignments), (error) => {
        if (error !== null) onFailure(error);
      });
    },
  };
}

/** How long systemd waits for a ping before it ends the service (WatchdogSec=); undefined when it does not. */
export function watchdogMsOf({ WATCHDOG_USEC, WATCHDOG_PID }: Environment, pid: number): number | undefined {
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(pid)) return undefined;
  const microseconds = Number(WATCHDOG_USEC);
  return Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1_000 : undefined;
}
