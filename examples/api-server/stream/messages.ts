/** A section as the page gets it: name, seats left (null: not known any more), its seats, and whether that number is exact. */
export type SectionRow = readonly [section: string, left: number | null, seats: number, isExact: boolean];

/** A message of server-sent events (WHATWG HTML, 9.2). JSON has no line ends, so the data is one line. */
const message = (event: string, data: unknown): Buffer =>
  Buffer.from(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

/** Every section of the event; what a page knew before is void. */
export const snapshotMessage = (rows: readonly SectionRow[]): Buffer => message('snapshot', rows);

/** Sections that changed since the last message. */
export const updateMessage = (rows: readonly SectionRow[]): Buffer => message('update', rows);

/** How long a browser waits before it connects again; and what tells it, and proxies on the way, that the connection lives. */
export const greeting = Buffer.from('retry: 1000\n\n');
export const heartbeat = Buffer.from('event: heartbeat\ndata: 1\n\n');
