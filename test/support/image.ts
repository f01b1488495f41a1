import { crc32 } from 'node:zlib';

/** A section's image, as the changelog and the store hold it. */
export type SectionImage = {
  readonly available: number;
  /** 1 for each seat that is free. */
  readonly free: Uint8Array;
};

const headerBytes = 64;

/** Reads an image by its documented layout (workers/image.ts); shares no code with the daemon. Throws when it is damaged. */
export function readImage(key: Buffer, image: Buffer): SectionImage {
  const checksum = crc32(image.subarray(8), crc32(key));
  if (image.readUInt16LE(0) !== 1 || image.readUInt16LE(2) !== headerBytes) throw new Error(`${key}: no image`);
  if (image.readUInt32LE(4) !== checksum) throw new Error(`${key}: its image has a wrong checksum`);
  const seats = image.readUInt32LE(32);
  const free = new Uint8Array(seats);
  for (let seat = 0; seat < seats; seat++) {
    free[seat] = ((image[headerBytes + (seat >>> 3)] as number) >>> (seat & 7)) & 1;
  }
  return { available: image.readUInt32LE(40), free };
}
