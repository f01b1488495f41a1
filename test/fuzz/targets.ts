import { overridesTarget, yamlTarget } from './configuration.js';
import { framesTarget, headersTarget, writerTarget } from './frames.js';
import { imageTarget } from './images.js';
import { initTarget } from './init.js';
import { nativeTarget } from './native.js';
import { requestTarget } from './request.js';
import { restoreTarget } from './restore.js';
import { slotTarget } from './slot.js';
import type { Target } from './target.js';

export const targets: readonly Target[] = [
  framesTarget,
  writerTarget,
  headersTarget,
  initTarget,
  requestTarget,
  imageTarget,
  restoreTarget,
  slotTarget,
  yamlTarget,
  overridesTarget,
  nativeTarget,
];
