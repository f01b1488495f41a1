import { readFileSync } from 'node:fs';

/** USER_HZ: the unit of the times in /proc/<pid>/stat. It is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor time that a process has used, all its threads, user and system. */
export function cpuMicros(pid: number): number {
  return cpuMicrosOf(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

/** utime + stime of a line of /proc/<pid>/stat. */
export function cpuMicrosOf(stat: string): number {
  // The second field is the program's name in parentheses, which may hold anything; behind it the third begins.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / ticksPerSecond;
}

/** The largest resident set that a process ever had. */
export function peakRssBytes(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  if (line === null) throw new Error(`/proc/${pid}/status has no VmHWM`);
  return Number(line[1]) * 1024;
}
