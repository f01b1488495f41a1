import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { programWith } from '../../../src/cli/program.js';
import { type CommandShape, leavesOf, shapeOf } from '../../../src/reference/commands.js';

/** The words of a command line as a shell parts them; what stands behind `>` or `|` is the shell's. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, one, two, three]) => one ?? two ?? three ?? '',
  );
  const end = words.findIndex((word) => ['>', '|', '&&'].includes(word));
  return words.slice(0, end < 0 ? undefined : end);
}

/** Replaces what each verb does, so that parsing a line is all that happens. Options that take words keep their parsers. */
function disarm(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  for (const inner of command.commands) disarm(inner);
  return command;
}

describe('the command line', () => {
  let shape: CommandShape;
  before(async () => {
    shape = shapeOf(await programWith());
  });

  it('has, for each verb, a description, exit codes and examples of that verb', () => {
    const leaves = leavesOf(shape);
    assert.ok(leaves.length >= 7);
    for (const { words, description, notes, examples } of leaves) {
      const verb = words.join(' ');
      assert.ok(description !== '', verb);
      assert.match(notes, /Exit codes: 0 /, `${verb}: its exit codes`);
      assert.ok(examples.length > 0, `${verb}: no example`);
      for (const example of examples) assert.ok(example.startsWith(`seatmapd ${verb}`), example);
    }
  });

  it('accepts every example of its help', async () => {
    for (const example of leavesOf(shape).flatMap(({ examples }) => examples)) {
      const [, ...words] = wordsOf(example);
      const program = disarm(await programWith());
      await assert.doesNotReject(program.parseAsync(words, { from: 'user' }), example);
    }
    await assert.rejects(disarm(await programWith()).parseAsync(['run', '--no-such'], { from: 'user' }));
  });
});
