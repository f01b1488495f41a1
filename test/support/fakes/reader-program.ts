import { StoreReader } from '../../../workers/store-reader.js';

/** A program: reads the store in the folder given, and goes on within the transaction until it is killed. */
const [directory = ''] = process.argv.slice(2);
StoreReader.open(directory, 1_048_576).read(({ images }) => {
  for (const { key } of images()) {
    process.stdout.write(`reading ${key}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  }
});
