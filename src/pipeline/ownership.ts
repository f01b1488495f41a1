import { InputTopic, inputTopics } from '../frames.js';
import type { InputPartition } from '../kafka/input.js';

/**
 * What the group gave to this instance, topic by topic. A partition number counts once both inputs have it: half of its
 * inputs would give wrong answers.
 */
export class Ownership {
  private readonly owned = new Map<InputTopic, Set<number>>(inputTopics.map((topic) => [topic, new Set()]));

  /** The numbers that both inputs have, in order. */
  get complete(): readonly number[] {
    return [...this.of(InputTopic.init)].filter((number) => this.isPaired(number)).sort((a, b) => a - b);
  }

  /** @returns the numbers that are complete by it, in order, and the partitions that lack their other topic */
  give(partitions: readonly InputPartition[]): {
    readonly paired: readonly number[];
    readonly unpaired: readonly InputPartition[];
  } {
    for (const { topic, partition } of partitions) this.of(topic).add(partition);
    const numbers = new Set(partitions.map(({ partition }) => partition));
    return {
      paired: [...numbers].filter((number) => this.isPaired(number)).sort((a, b) => a - b),
      unpaired: partitions.filter(({ partition }) => !this.isPaired(partition)),
    };
  }

  /** @returns the numbers that were complete until then, in order */
  take(partitions: readonly InputPartition[]): readonly number[] {
    const numbers = new Set(partitions.map(({ partition }) => partition));
    const broken = [...numbers].filter((number) => this.isPaired(number)).sort((a, b) => a - b);
    for (const { topic, partition } of partitions) this.of(topic).delete(partition);
    return broken;
  }

  /** @returns as `take` does */
  takeAll(): readonly number[] {
    const { complete } = this;
    for (const numbers of this.owned.values()) numbers.clear();
    return complete;
  }

  private isPaired(number: number): boolean {
    return inputTopics.every((topic) => this.of(topic).has(number));
  }

  private of(topic: InputTopic): Set<number> {
    return this.owned.get(topic) as Set<number>;
  }
}
