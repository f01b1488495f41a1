/**
 * The header of a value whose writer's schema a registry knows: a zero byte, then the schema's id, 32 bits, big endian.
 * Confluent's wire format; Apicurio's serde writes the same with its 4-byte id handler, its default from version 3 on.
 */
export const HEADER_BYTES = 5;

const MAGIC = 0;

/** What {@link schemaIdAt} returns where there is no header. */
export const NO_HEADER = -1;

/** The id in the header of bytes [start, end), or {@link NO_HEADER}. */
export function schemaIdAt(view: DataView, start: number, end: number): number {
  if (end - start < HEADER_BYTES || view.getUint8(start) !== MAGIC) return NO_HEADER;
  return Math.max(NO_HEADER, view.getInt32(start + 1, false));
}

/** Writes a header to `at`; returns the position behind it. */
export function writeHeader(id: number, target: DataView, at: number): number {
  target.setUint8(at, MAGIC);
  target.setInt32(at + 1, id, false);
  return at + HEADER_BYTES;
}

/** A value with its header before it. */
export function framed(id: number, value: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + value.length);
  writeHeader(id, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0);
  bytes.set(value, HEADER_BYTES);
  return bytes;
}
