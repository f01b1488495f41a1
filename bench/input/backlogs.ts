import { deleteTopics } from '../kafka/delete-topics.js';
import type { InputShape } from '../results.js';
import type { Setting } from '../setting.js';
import { type PreparedInput, prepareBacklog } from './prepare.js';

/** Backlogs by their shape: all programs and rounds read the same topics. */
export class Backlogs {
  private constructor(
    private readonly setting: Setting,
    private readonly prepared: ReadonlyMap<string, PreparedInput>,
  ) {}

  static async prepare(setting: Setting, shapes: readonly InputShape[]): Promise<Backlogs> {
    const prepared = new Map<string, PreparedInput>();
    for (const shape of shapes) {
      if (prepared.has(keyOf(shape))) continue;
      prepared.set(keyOf(shape), await prepareBacklog(setting.native, setting.broker.bootstrapServers, shape));
    }
    return new Backlogs(setting, prepared);
  }

  of(shape: InputShape): PreparedInput {
    const input = this.prepared.get(keyOf(shape));
    if (input === undefined) throw new Error(`no backlog was made of ${keyOf(shape)}`);
    return input;
  }

  async remove(): Promise<void> {
    for (const { topics } of this.prepared.values()) {
      for (const topic of Object.values(topics)) await deleteTopics(this.setting.broker.bootstrapServers, topic);
    }
  }
}

const keyOf = (shape: InputShape): string => JSON.stringify(shape);
