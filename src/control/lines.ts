import type { Readable } from 'node:stream';

/** A line that is longer than it may be; what follows it can't be read either. */
export class LineTooLong extends Error {
  constructor(limitBytes: number) {
    super(`a line can have ${limitBytes} bytes`);
    this.name = 'LineTooLong';
  }
}

const lineEnd = 0x0a;

/** The lines of a stream, without their ends; the next one is read when it is asked for. @throws LineTooLong */
export async function* linesOf(stream: Readable, limitBytes: number): AsyncGenerator<string> {
  let pending = Buffer.alloc(0);
  // The stream stays open: who reads it has an answer to give.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    let start = 0;
    for (let end = pending.indexOf(lineEnd); end >= 0; end = pending.indexOf(lineEnd, start)) {
      if (end - start > limitBytes) throw new LineTooLong(limitBytes);
      yield pending.toString('utf8', start, end);
      start = end + 1;
    }
    pending = pending.subarray(start);
    if (pending.length > limitBytes) throw new LineTooLong(limitBytes);
  }
}
