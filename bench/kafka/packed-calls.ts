import { loadNative, type Native } from '../../src/kafka/native.js';

/** The addon's calls; the benchmark's own load and observation are too expensive without them. */
export function packedCalls(): Native {
  const native = loadNative();
  if ('unavailable' in native) throw new Error(`the benchmark needs the native addon: ${native.unavailable}`);
  return native;
}
