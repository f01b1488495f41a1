// Preloaded into every thread of a daemon (NODE_OPTIONS=--import=…). In a worker, once the file FAULT_FLAG is there, the
// next image that is written or read does what FAULT says. Nothing in the daemon knows of it.
import { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import zlib from 'node:zlib';

const { FAULT, FAULT_FLAG } = process.env;

const faults = {
  throw: () => {
    throw new Error('injected into a task');
  },
  uncaught: () =>
    queueMicrotask(() => {
      throw new Error('injected outside of any task');
    }),
  exit: () => process.exit(3),
  stick: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
};

if (!isMainThread) {
  const { crc32 } = zlib;
  zlib.crc32 = (...parameters) => {
    if (existsSync(FAULT_FLAG)) faults[FAULT]();
    return crc32(...parameters);
  };
  syncBuiltinESMExports();
}
