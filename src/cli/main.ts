import { programWith } from './program.js';
import { reportOf } from './report.js';

function end(error: unknown): never {
  const { exitCode, text } = reportOf(error);
  if (text !== '') process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}

async function main(words: readonly string[]): Promise<void> {
  const program = await programWith(words[0]);
  await program.parseAsync(words, { from: 'user' });
}

process.on('uncaughtException', end);
await main(process.argv.slice(2)).catch(end);
