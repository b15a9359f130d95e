import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { compiled } from './compiled.js';

export interface CommandOutcome {
  readonly what: string;
  readonly code: number;
  readonly out: string;
  readonly complaints: string;
}

/** One of our programs as an operator starts it, with nothing in its environment but these settings. */
export async function runCommand(
  [name, ...args]: readonly [string, ...string[]],
  settings: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  const what = `${name} ${args.join(' ')}`;
  const env = { PATH: process.env['PATH'], ...settings };
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [compiled(`${name}.js`), ...args],
      { env },
    );
    return { what, code: 0, out: stdout, complaints: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number') throw error;
    return { what, code, out: stdout, complaints: stderr };
  }
}

/** A module to be loaded before the program: at SIGUSR2 somebody forgot to catch an error, with everything that hangs on it. */
export function crashOnSignal(carried: Readonly<Record<string, string>>): string {
  return `process.on('SIGUSR2', () => {
    const cause = Object.assign(new Error('the connection broke'), { request: ${JSON.stringify(carried)} });
    const error = Object.assign(new Error('nobody caught this', { cause }), { config: ${JSON.stringify(carried)} });
    setImmediate(() => { throw error; });
  });`;
}
