/** How far the process is, in numbers that rise as long as it works. */
export type Pulse = {
  /** Turns of the pipeline's loop: consumes that came back. */
  readonly turns: number;
  /** Tasks that each worker has answered; it is given one with every look. */
  readonly answered: readonly number[];
  /** Batches that are in flight, and those that were and are not any more. */
  readonly inFlight: number;
  readonly settled: number;
};

/** What did not move between two pulses, in words for the log; empty when the process works. */
export function stalled(before: Pulse, now: Pulse): string[] {
  const stuck: string[] = [];
  if (now.turns === before.turns) stuck.push('the loop of the pipeline has not turned');
  for (const [slot, answered] of now.answered.entries())
    if (answered === before.answered[slot]) stuck.push(`worker ${slot} has not answered`);
  if (before.inFlight > 0 && now.settled === before.settled) stuck.push('no batch in flight was committed or given up');
  return stuck;
}
