/** What a subscriber writes to: the response to its request. */
export type Sink = {
  write(chunk: Buffer): boolean;
  once(event: 'drain', listener: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
};

/**
 * One open page. What its connection does not take is not queued for it: it falls behind, and once the connection takes
 * something again it gets a fresh snapshot in place of all it missed. So no more than one message waits for each page.
 */
export class Subscriber {
  private blockedSinceMs: number | undefined;
  private isBehind = false;

  /** @param snapshot every section of the event as it is at the call */
  constructor(
    private readonly sink: Sink,
    private readonly snapshot: () => Buffer,
  ) {}

  get isBlocked(): boolean {
    return this.blockedSinceMs !== undefined;
  }

  /** Milliseconds that the connection has taken nothing for. */
  blockedForMs(nowMs: number): number {
    return this.blockedSinceMs === undefined ? 0 : nowMs - this.blockedSinceMs;
  }

  /** Sends a message, or notes that this page has missed one. */
  send(message: Buffer): void {
    if (this.isBlocked) this.isBehind = true;
    else if (!this.sink.write(message)) this.block();
  }

  /** Sends what may as well be left out. */
  sendIfIdle(message: Buffer): void {
    if (!this.isBlocked && !this.sink.write(message)) this.block();
  }

  /** Closes the connection at once. */
  drop(): void {
    this.sink.destroy();
  }

  /** Closes the connection, without a wait for one that takes nothing. */
  end(): void {
    if (this.isBlocked) this.sink.destroy();
    else this.sink.end();
  }

  private block(): void {
    this.blockedSinceMs = performance.now();
    this.sink.once('drain', () => {
      this.blockedSinceMs = undefined;
      if (!this.isBehind) return;
      this.isBehind = false;
      this.send(this.snapshot());
    });
  }
}
