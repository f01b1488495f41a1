/** Without any event for this long the connection is taken for dead; the server sends a heartbeat every 15 s. */
const silenceMs = 40_000;
const firstRetryMs = 1_000;
const longestRetryMs = 10_000;

/** The server-sent events of one event's sections. It connects again for as long as the page is open. */
export class Feed {
  #url;
  #handlers;
  #source;
  #retryMs = firstRetryMs;
  #watchdog;

  /** @param handlers onSnapshot(rows), onUpdate(rows), onState('connecting' | 'live' | 'reconnecting') */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  open() {
    const source = new EventSource(this.#url);
    this.#source = source;
    source.addEventListener('snapshot', ({ data }) => {
      this.#hear();
      this.#retryMs = firstRetryMs;
      this.#handlers.onSnapshot(JSON.parse(data));
      this.#handlers.onState('live');
    });
    source.addEventListener('update', ({ data }) => {
      this.#hear();
      this.#handlers.onUpdate(JSON.parse(data));
    });
    source.addEventListener('heartbeat', () => this.#hear());
    source.addEventListener('error', () => {
      this.#handlers.onState('reconnecting');
      // After a lost connection the browser tries again by itself; after an answer that is no stream it gives up.
      if (source.readyState === EventSource.CLOSED) this.#retry();
    });
    this.#hear();
  }

  #hear() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#handlers.onState('reconnecting');
      this.#retry();
    }, silenceMs);
  }

  #retry() {
    clearTimeout(this.#watchdog);
    this.#source.close();
    setTimeout(() => this.open(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs);
  }
}
