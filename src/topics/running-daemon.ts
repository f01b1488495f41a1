/** A daemon that runs here and does what it is told, by its control socket. */
export interface RunningDaemon {
  /** Who it is, for a person: its instance and process. */
  readonly name: string;
  /**
   * Resolves once it takes no new requests and everything in flight is committed; it stays in its group. `wasPaused`: it did
   * so already, for somebody else.
   */
  pause(): Promise<{ readonly wasPaused: boolean }>;
  /** Sends every section's count to the status topic as it is now; resolves with their number once all are committed. */
  republish(): Promise<number>;
  /** Goes on, with its output topics as they are now. */
  resume(): Promise<void>;
}
