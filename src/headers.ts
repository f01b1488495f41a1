import { assert } from './errors.js';

/** A record's headers as pairs of name and text. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** The headers in a frame's form: u8 name bytes, name, u16 value bytes, value; a longer value is cut at 1,024 bytes. */
export function writeHeaders(headers: Headers): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of headers) {
    const nameBytes = Buffer.from(name).subarray(0, 255);
    const valueBytes = Buffer.from(value).subarray(0, 1024);
    const lengths = Buffer.alloc(2);
    lengths.writeUInt16LE(valueBytes.length);
    parts.push(Buffer.from([nameBytes.length]), nameBytes, lengths, valueBytes);
  }
  return Buffer.concat(parts);
}

/** The headers of a frame, in node-rdkafka's form: one object for each. */
export function readHeaders(bytes: Buffer): Record<string, Buffer>[] {
  const headers: Record<string, Buffer>[] = [];
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    assert(nameEnd + 2 <= bytes.length, "a header's name ends within the headers");
    const valueEnd = nameEnd + 2 + bytes.readUInt16LE(nameEnd);
    assert(valueEnd <= bytes.length, "a header's value ends within the headers");
    headers.push({ [bytes.toString('utf8', at + 1, nameEnd)]: Buffer.from(bytes.subarray(nameEnd + 2, valueEnd)) });
    at = valueEnd;
  }
  return headers;
}
