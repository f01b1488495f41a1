/** A partition that this instance does not own. An object of its own for each time that it is taken up. */
export class FollowedPartition {
  /** Where to follow the changelog from; undefined while its store is not open. */
  position: number | undefined;
  /** Whether the changelog is known to reach to the position, so that it can be read on. */
  isReady = false;
  /** The changelog's end when it was last heard of. */
  end = 0;
  /** When it is tried again after a failure. */
  retryAtMs = 0;

  constructor(readonly number: number) {}

  ready(position: number): void {
    this.position = position;
    this.isReady = true;
  }

  moveTo(position: number): void {
    this.position = Math.max(this.position ?? 0, position);
  }

  noteEnd(offset: number): void {
    this.end = Math.max(this.end, offset);
  }

  /** It is not read on for now. */
  suspend(retryAtMs: number): void {
    this.isReady = false;
    this.retryAtMs = retryAtMs;
  }

  get lagRecords(): number {
    return Math.max(0, this.end - (this.position ?? 0));
  }
}

/** The partitions that this instance does not own, whether they are followed yet or not. */
export class Roster {
  private readonly partitions = new Map<number, FollowedPartition>();

  add(numbers: readonly number[]): void {
    for (const number of numbers) this.partitions.set(number, new FollowedPartition(number));
  }

  /** @returns whether one of them was followed */
  remove(numbers: readonly number[]): boolean {
    const removed = numbers.map((number) => this.ready(number) !== undefined);
    for (const number of numbers) this.partitions.delete(number);
    return removed.includes(true);
  }

  get(number: number): FollowedPartition | undefined {
    return this.partitions.get(number);
  }

  /** The partition, if it is followed. */
  ready(number: number): FollowedPartition | undefined {
    const one = this.partitions.get(number);
    return one?.isReady ? one : undefined;
  }

  get allReady(): readonly FollowedPartition[] {
    return [...this.partitions.values()].filter(({ isReady }) => isReady);
  }

  /** One that is not followed and is to be. */
  due(nowMs: number): FollowedPartition | undefined {
    return [...this.partitions.values()].find(({ isReady, retryAtMs }) => !isReady && retryAtMs <= nowMs);
  }

  /** Whether it has not been released since. */
  has(one: FollowedPartition): boolean {
    return this.partitions.get(one.number) === one;
  }

  get numbers(): readonly number[] {
    return [...this.partitions.keys()];
  }

  suspend(retryAtMs: number): void {
    for (const one of this.partitions.values()) one.suspend(retryAtMs);
  }
}
