import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/command-line.js';
import { command } from '../support/command.js';

const USAGE = 'usage: npm run try';
const read = (line: string, takesWords = false) =>
  readCommandLine(
    line.split(' ').filter(Boolean),
    { file: 'value', all: 'switch' },
    { usage: USAGE, takesWords },
  );

describe('arguments', () => {
  it('are values behind a blank or =, switches, and words where those are taken', () => {
    expect(read('--file a --all')).toEqual({
      kind: 'told',
      problems: [],
      values: { file: 'a' },
      switches: new Set(['all']),
      words: [],
    });
    expect(read('one --file=a two', true)).toMatchObject({
      problems: [],
      values: { file: 'a' },
      words: ['one', 'two'],
    });
  });

  it.each(['--help', '-h', '--nonsense --help'])('%s asks for help', (line) => {
    expect(read(line)).toEqual({ kind: 'help' });
  });

  it.each([
    ['--fil a', [`--fil is no option; ${USAGE}`, `"a" is not expected; ${USAGE}`]],
    ['--constructor', [`--constructor is no option; ${USAGE}`]],
    ['-file', [`-file is no option; ${USAGE}`]],
    ['--file', [`--file needs a value; ${USAGE}`]],
    ['--file=', [`--file needs a value; ${USAGE}`]],
    ['--file --all', [`--file needs a value; ${USAGE}`]],
    ['--file a --file b', ['--file is given twice']],
    ['--all=yes', [`--all takes no value; ${USAGE}`]],
  ])('%s has a line for each problem', (line, problems) => {
    expect(read(line)).toMatchObject({ kind: 'told', problems });
  });
});

const COMMANDS = [
  ['start', 'dist/main.js'],
  ['sandbox', 'dist/sandbox/main.js'],
  ['backup', 'dist/backup.js'],
  ['doctor', 'dist/doctor.js'],
  ['key', 'dist/key.js'],
  ['reconcile', 'dist/reconcile.js'],
  ['compose', 'scripts/compose.ts'],
  ['soak', 'scripts/soak/soak.ts'],
  ['bench', 'bench/main.ts'],
  ['test:router', 'scripts/test-router.ts'],
] as const;

describe('every command', () => {
  it.each(COMMANDS)('%s tells how it is used, whatever else is wrong', async (name, file) => {
    // The settings are no gateway's.
    const { code, stdout, stderr } = await command(file, ['--help'], { PORT: 'x', SANDBOX_PORT: 'x' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^usage: npm (run )?(-s )?${name}\\b.*\\n\\n.+`));
  });

  it.each(COMMANDS)('%s refuses an option that it does not have', async (name, file) => {
    const { code, stdout, stderr } = await command(file, ['--nonsense']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^[\w:]+: "?--nonsense"? is (no option|not expected); usage: npm .*\n$/);
    expect(stderr).toContain(name);
  });
});
