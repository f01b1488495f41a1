import { Random } from '../support/random.js';

/** What the code said to an input. Both must come up, or a target proves nothing. */
export type Outcome = 'accepted' | 'refused';
export type Tally = Record<Outcome, number>;

/** Gives inputs to the code under test, one at a time. */
export interface Fuzzer {
  /** Makes the input that `random` stands for and checks what becomes of it. @throws Finding */
  try(random: Random): Outcome | Promise<Outcome>;
  close(): Promise<void>;
}

export type Target = {
  readonly name: string;
  /** What is generated and what it is held against, in a line. */
  readonly description: string;
  /** Its share of the inputs that others get, for it does more with each; all when it is left out. */
  readonly share?: number;
  open(): Promise<Fuzzer>;
};

/** An input for which the code does what it must not do; `shown` is the input as text. */
export class Finding extends Error {
  constructor(
    readonly shown: string,
    cause: unknown,
  ) {
    super(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), { cause });
    this.name = 'Finding';
  }
}

export type InputKind<Input> = {
  generate(random: Random): Input;
  /** Throws whatever is wrong. */
  check(input: Input): Outcome | Promise<Outcome>;
  show(input: Input): string;
};

/** The fuzzer of one kind of input; what `check` throws becomes a finding. */
export function fuzzerOf<Input>(kind: InputKind<Input>, close: () => Promise<void> = async () => undefined): Fuzzer {
  return {
    try: (random) => {
      const input = kind.generate(random);
      const found = (error: unknown): never => {
        throw new Finding(kind.show(input), error);
      };
      try {
        const outcome = kind.check(input);
        return typeof outcome === 'string' ? outcome : outcome.catch(found);
      } catch (error) {
        return found(error);
      }
    },
    close,
  };
}

/** A target that needs nothing but its inputs. */
export const pureTarget = <Input>(name: string, description: string, kind: InputKind<Input>): Target => ({
  name,
  description,
  open: async () => fuzzerOf(kind),
});

export type Inputs = {
  /** Input n is made of seed + n alone, so a finding is repeated by its own seed and one input. */
  readonly seed: number;
  readonly count: number;
  /** Told the seed before each input is tried: what is left of a process that crashed or hangs. */
  readonly begin?: (seed: number) => void;
};

/** @throws FailedInput at the first finding */
export async function fuzz(target: Target, { seed, count, begin }: Inputs): Promise<Tally> {
  const fuzzer = await target.open();
  const tally: Tally = { accepted: 0, refused: 0 };
  try {
    for (let own = seed; own < seed + count; own += 1) {
      begin?.(own);
      tally[await outcomeOf(target, fuzzer, own)] += 1;
    }
  } finally {
    await fuzzer.close();
  }
  return tally;
}

async function outcomeOf(target: Target, fuzzer: Fuzzer, seed: number): Promise<Outcome> {
  try {
    const outcome = fuzzer.try(new Random(seed));
    return typeof outcome === 'string' ? outcome : await outcome;
  } catch (error) {
    throw new FailedInput(target.name, seed, error);
  }
}

/** A finding, with what repeats it. */
export class FailedInput extends Error {
  constructor(
    target: string,
    readonly seed: number,
    cause: unknown,
  ) {
    const input = cause instanceof Finding ? `\n  input: ${cut(cause.shown)}` : '';
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${target}: npm run fuzz -- ${target} --seed ${seed} --inputs 1${input}\n  ${reason}`, { cause });
    this.name = 'FailedInput';
  }
}

/** The longest input that is shown; its seed makes it again. */
const shownCharacters = 20_000;

const cut = (text: string): string =>
  text.length > shownCharacters ? `${text.slice(0, shownCharacters)}… (${text.length} characters)` : text;
