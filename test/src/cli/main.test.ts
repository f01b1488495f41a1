import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { reportOf } from '../../../src/cli/report.js';
import { temporary } from '../../../src/errors.js';
import { seatmapd } from './seatmapd.js';

describe('seatmapd', () => {
  it('knows its version and its verbs', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.deepEqual(seatmapd(['--version']), { status: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const help = seatmapd(['--help']);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /^ {2}check-config /m);
  });

  it('explains a mistake on the command line and exits 78', () => {
    const unknown = seatmapd(['sell']);
    assert.equal(unknown.status, 78);
    assert.match(unknown.stderr, /unknown command 'sell'/);
    const assignment = seatmapd(['check-config', '--set', 'threads']);
    assert.equal(assignment.status, 78);
    assert.match(assignment.stderr, /expected key=value/);
  });
});

describe('reportOf', () => {
  it('gives a fatal error its own exit code and sentence, and any other the code of an internal error with its stack', () => {
    assert.deepEqual(reportOf(temporary('no broker answers')), { exitCode: 75, text: 'no broker answers' });
    const { exitCode, text } = reportOf(new TypeError('oops'));
    assert.equal(exitCode, 70);
    assert.match(text, /TypeError: oops\n\s+at /);
    assert.deepEqual(reportOf('thrown'), { exitCode: 70, text: 'thrown' });
    assert.deepEqual(reportOf(new CommanderError(0, 'commander.help', '')), { exitCode: 0, text: '' });
    assert.deepEqual(reportOf(new CommanderError(1, 'commander.unknownOption', '')), { exitCode: 78, text: '' });
  });
});
