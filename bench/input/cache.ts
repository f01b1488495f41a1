import type { InputShape } from '../results.js';
import type { Setting } from '../setting.js';
import { type PreparedInput, prepareBacklog } from './prepare.js';

/** Backlogs by their shape: all programs and rounds read the same topics. */
export class Backlogs {
  private readonly prepared = new Map<string, Promise<PreparedInput>>();

  constructor(private readonly setting: Setting) {}

  of(shape: InputShape): Promise<PreparedInput> {
    const key = JSON.stringify(shape);
    const known = this.prepared.get(key);
    if (known !== undefined) return known;
    const { native, broker } = this.setting;
    const prepared = prepareBacklog(native, broker.bootstrapServers, shape);
    this.prepared.set(key, prepared);
    return prepared;
  }
}
