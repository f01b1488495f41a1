import assert from 'node:assert/strict';

/**
 * Avro's binary encoding, as much of it as the benchmark reads and writes for each record: an object or a string a field
 * would cost more than the program that is measured. It shares no code with the daemon's.
 */
export class AvroWriter {
  at = 0;

  constructor(readonly buffer: Buffer) {}

  /** An int or a long; exact up to 2^53. */
  long(value: number): void {
    let rest = value < 0 ? -value * 2 - 1 : value * 2;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.buffer[this.at++] = (rest % 0x80) | 0x80;
    this.buffer[this.at++] = rest;
  }

  /** A string of these UTF-8 bytes. */
  string(bytes: Uint8Array): void {
    this.long(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  written(): Buffer {
    return this.buffer.subarray(0, this.at);
  }
}

export class AvroReader {
  buffer: Buffer = Buffer.alloc(0);
  at = 0;
  private end = 0;

  /** Begins to read the bytes in [start, end) of a buffer. */
  begin(buffer: Buffer, start: number, end: number): void {
    this.buffer = buffer;
    this.at = start;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.at === this.end;
  }

  long(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      assert(this.at < this.end && factor < 2 ** 70, 'an Avro number ends within its record');
      const byte = this.buffer[this.at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Reads a string's length, steps over its bytes and returns where they begin; they end at `at`. */
  string(): number {
    const length = this.long();
    const start = this.at;
    assert(length >= 0 && start + length <= this.end, 'an Avro string ends within its record');
    this.at = start + length;
    return start;
  }

  /** Reads a string and says whether it has exactly these bytes. */
  stringIs(expected: Uint8Array): boolean {
    const start = this.string();
    return this.at - start === expected.length && this.matches(start, expected);
  }

  /** Reads a string `<prefix><decimal number>` and returns the number; −1 for any other string. */
  numberAfter(prefix: Uint8Array): number {
    const start = this.string();
    const digits = start + prefix.length;
    if (digits >= this.at || !this.matches(start, prefix)) return -1;
    let number = 0;
    for (let at = digits; at < this.at; at++) {
      const digit = (this.buffer[at] as number) - 0x30;
      if (digit < 0 || digit > 9) return -1;
      number = number * 10 + digit;
    }
    return number;
  }

  /** The number of items in the next block of an array or a map; 0 at its end. */
  block(): number {
    const count = this.long();
    if (count >= 0) return count;
    // A negative count is followed by the block's size in bytes.
    this.long();
    return -count;
  }

  private matches(start: number, expected: Uint8Array): boolean {
    for (let index = 0; index < expected.length; index++) {
      if (this.buffer[start + index] !== expected[index]) return false;
    }
    return true;
  }
}
