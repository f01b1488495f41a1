import { FakeDaemon, type FakeDaemonOptions } from './daemon.js';
import type { FakeKafka } from './kafka.js';
import { MemoryStores } from './stores.js';

/** A daemon that can be killed between any two steps, and its next lives on the stores that it leaves behind. */
export class Instance {
  readonly stores = new MemoryStores();
  private life: { readonly daemon: FakeDaemon; isOver: boolean };

  constructor(
    private readonly kafka: FakeKafka,
    private readonly options: FakeDaemonOptions,
  ) {
    this.life = this.begin();
  }

  get daemon(): FakeDaemon {
    return this.life.daemon;
  }

  /** Nothing that was under way goes on. */
  kill(): void {
    this.life.isOver = true;
    this.daemon.standby?.stop();
    this.stores.crash();
    this.life = this.begin();
  }

  private begin(): Instance['life'] {
    const daemon = new FakeDaemon(this.kafka, this.stores, this.options);
    const life = { daemon, isOver: false };
    daemon.steps.before(() => (life.isOver ? new Promise(() => undefined) : undefined));
    daemon.start();
    return life;
  }
}
