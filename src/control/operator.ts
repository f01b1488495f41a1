import { type FatalError, temporary } from '../errors.js';
import type { AdjustableLog } from '../log.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { ControlAnswer, ControlRequest, ControlVerb } from './protocol.js';
import type { Snapshot } from './snapshot.js';

export type OperatorOptions = {
  readonly pipeline: Pick<Pipeline, 'pause' | 'resume' | 'republish' | 'view'>;
  readonly log: Pick<AdjustableLog, 'info' | 'level'>;
  readonly topics: {
    /** While nothing is in flight: what changed in the topics is taken up. @throws FatalError (78), and nothing is changed */
    refresh(): Promise<void>;
    /** @throws FatalError (78) when the topics are not as they were */
    verify(): Promise<void>;
  };
  readonly snapshot: () => Promise<Snapshot>;
};

/** Carries out what is asked on the control socket. */
export class Operator {
  /** What must not be done twice at a time. */
  private underWay: ControlVerb | undefined;

  constructor(private readonly options: OperatorOptions) {}

  carryOut(request: ControlRequest): Promise<ControlAnswer[ControlVerb]> {
    switch (request.verb) {
      case 'status':
        return this.options.snapshot();
      case 'pause':
        return this.pause();
      case 'resume':
        return this.resume();
      case 'republish':
        return this.alone('republish', () => this.republish());
      case 'logLevel':
        return this.setLogLevel(request.level);
    }
  }

  private async pause(): Promise<ControlAnswer['pause']> {
    const { pipeline, log } = this.options;
    // It would be answered at once, for nothing is in flight, and be over when the resume is done.
    if (this.underWay === 'resume') throw busy(this.underWay);
    const wasPaused = pipeline.view.pause === 'reached';
    await pipeline.pause();
    if (!wasPaused) log.info('paused', {});
    return { wasPaused };
  }

  private async resume(): Promise<ControlAnswer['resume']> {
    const { pipeline, topics, log } = this.options;
    const { pause } = pipeline.view;
    if (pause === 'none') return { wasPaused: false };
    if (pause === 'asked') pipeline.resume();
    else
      await this.alone('resume', async () => {
        await topics.refresh();
        pipeline.resume();
      });
    log.info('resumed', {});
    return { wasPaused: true };
  }

  private async republish(): Promise<ControlAnswer['republish']> {
    const { pipeline, topics, log } = this.options;
    if (pipeline.view.pause === 'reached') await topics.refresh();
    else await topics.verify();
    const republished = await pipeline.republish();
    log.info('republished', { ...republished });
    return republished;
  }

  private async setLogLevel(level: string): Promise<ControlAnswer['logLevel']> {
    const { log } = this.options;
    const previous = log.level;
    log.level = level;
    return { level, previous };
  }

  private async alone<Result>(verb: ControlVerb, work: () => Promise<Result>): Promise<Result> {
    if (this.underWay !== undefined) throw busy(this.underWay);
    this.underWay = verb;
    try {
      return await work();
    } finally {
      this.underWay = undefined;
    }
  }
}

const busy = (underWay: ControlVerb): FatalError => temporary(`a ${underWay} is under way; try again when it is done`);
