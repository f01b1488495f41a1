import { Argument, type Command } from 'commander';
import { bashCompletion } from '../reference/bash.js';
import { shapeOf } from '../reference/commands.js';
import { fishCompletion } from '../reference/fish.js';
import { configurationKeys } from '../reference/keys.js';
import { zshCompletion } from '../reference/zsh.js';
import { programWith } from './program.js';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `completion`: prints what a shell needs to complete this command line. */
export function register(program: Command): void {
  program
    .command('completion')
    .description('print the completions of a shell; a package has them installed already')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      '\nExit codes: 0 printed, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd completion bash > ~/.local/share/bash-completion/completions/seatmapd\n' +
        '  seatmapd completion zsh > ~/.zfunc/_seatmapd\n' +
        '  seatmapd completion fish > ~/.config/fish/completions/seatmapd.fish\n',
    )
    .action(async (shell: keyof typeof SHELLS) => {
      process.stdout.write(SHELLS[shell](shapeOf(await programWith()), configurationKeys()));
    });
}
